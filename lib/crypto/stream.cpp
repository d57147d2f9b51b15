#include "crypto/stream.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "crypto/age_error.hpp"
#include "crypto/chunk_runs.hpp"
#include "crypto/mac.hpp"
#include "crypto/random.hpp"

namespace msh::crypto {
namespace {

using StreamNonce = std::array<std::uint8_t, stream_nonce_size>;

Key payload_key(const FileKey& file_key, const StreamNonce& nonce) {
    Key key;
    hkdf_sha256(file_key.view(), nonce, "payload", key.writable());
    return key;
}

Nonce chunk_nonce(std::uint64_t chunk, bool is_final) {
    Nonce nonce{};
    store_big_endian(chunk, MutableBytes(nonce).subspan(3, 8));
    nonce.back() = is_final ? 1 : 0;
    return nonce;
}

void seal_run(Aead& aead, Run& run) {
    ByteView input = run.input;
    std::uint8_t* out = run.output.get();
    std::uint64_t chunk = run.first_chunk;
    do {
        const ByteView plain = input.first(std::min(input.size(), stream_chunk_size));
        input = input.subspan(plain.size());
        const bool is_final = run.last && input.empty();
        aead.seal(chunk_nonce(chunk++, is_final), {}, plain, {out, plain.size() + tag_size});
        out += plain.size() + tag_size;
    } while (!input.empty());
    run.output_size = static_cast<std::size_t>(out - run.output.get());
}

// Stops at the first chunk that is not what its place asks for. A full chunk that is authentic with the other mark is
// given out all the same, as age does it, but the payload is then known to be cut off or continued behind its end.
void open_run(Aead& aead, Run& run) {
    ByteView input = run.input;
    std::uint8_t* out = run.output.get();
    run.fault = nullptr;
    for (std::uint64_t chunk = run.first_chunk; run.fault == nullptr && !input.empty(); ++chunk) {
        const ByteView sealed = input.first(std::min(input.size(), sealed_chunk_size));
        input = input.subspan(sealed.size());
        const bool is_end = run.last && input.empty();
        const bool is_full = sealed.size() == sealed_chunk_size;
        if (sealed.size() < tag_size) {
            run.fault = "the payload is truncated";
            break;
        }
        const MutableBytes plain(out, sealed.size() - tag_size);
        if (aead.open(chunk_nonce(chunk, is_end), {}, sealed, plain)) {
            if (is_end && plain.empty() && chunk > 0) run.fault = "the payload ends with an empty chunk";
        } else if (is_full && aead.open(chunk_nonce(chunk, !is_end), {}, sealed, plain)) {
            run.fault = is_end ? "the payload is cut off" : "data after the end of the payload";
        } else {
            run.fault = "the payload was changed, cut off, or sealed under another key";
            break;
        }
        out += plain.size();
    }
    run.output_size = static_cast<std::size_t>(out - run.output.get());
}

}  // namespace

struct StreamSealer::State {
    State(const FileKey& file_key, Sink to, unsigned threads)
        : sink(std::move(to)),
          runs(payload_key(file_key, nonce), stream_chunk_size, sealed_chunk_size, threads, seal_run,
               [this](const Run& run) { deliver(run); }) {}

    void deliver(const Run& run) {
        if (run.first_chunk == 0) sink(nonce);
        sink({run.output.get(), run.output_size});
    }

    static StreamNonce random_nonce() {
        StreamNonce nonce{};
        fill_random(nonce);
        return nonce;
    }

    StreamNonce nonce = random_nonce();
    Sink sink;
    ChunkRuns runs;
};

StreamSealer::StreamSealer(const FileKey& file_key, Sink sink, unsigned threads)
    : state_(std::make_unique<State>(file_key, std::move(sink), threads)) {}
StreamSealer::StreamSealer(StreamSealer&&) noexcept = default;
StreamSealer& StreamSealer::operator=(StreamSealer&&) noexcept = default;
StreamSealer::~StreamSealer() = default;

void StreamSealer::write(ByteView plain) {
    state_->runs.write(plain);
}
void StreamSealer::finish() {
    state_->runs.finish();
}

struct StreamOpener::State {
    State(const FileKey& with, Sink to, unsigned count) : file_key(with), sink(std::move(to)), threads(count) {}

    // The key depends on the nonce, so the chunks' engine starts when that is there.
    ByteView take_nonce(ByteView payload) {
        const std::size_t size = std::min(payload.size(), nonce.size() - nonce_filled);
        std::copy_n(payload.data(), size, nonce.begin() + static_cast<std::ptrdiff_t>(nonce_filled));
        nonce_filled += size;
        if (nonce_filled == nonce.size()) {
            runs.emplace(payload_key(file_key, nonce), sealed_chunk_size, stream_chunk_size, threads, open_run,
                         [this](const Run& run) { deliver(run); });
        }
        return payload.subspan(size);
    }

    void deliver(const Run& run) const {
        if (run.output_size > 0) sink({run.output.get(), run.output_size});
        if (run.fault != nullptr) throw AgeError(AgeFailure::payload, run.fault);
        if (run.input.empty()) throw AgeError(AgeFailure::payload, "the payload is cut off");
    }

    FileKey file_key;
    Sink sink;
    unsigned threads;
    StreamNonce nonce{};
    std::size_t nonce_filled = 0;
    std::optional<ChunkRuns> runs;
};

StreamOpener::StreamOpener(const FileKey& file_key, Sink sink, unsigned threads)
    : state_(std::make_unique<State>(file_key, std::move(sink), threads)) {}
StreamOpener::StreamOpener(StreamOpener&&) noexcept = default;
StreamOpener& StreamOpener::operator=(StreamOpener&&) noexcept = default;
StreamOpener::~StreamOpener() = default;

void StreamOpener::write(ByteView payload) {
    if (!state_->runs) payload = state_->take_nonce(payload);
    if (state_->runs) state_->runs->write(payload);
}

void StreamOpener::finish() {
    if (!state_->runs) throw AgeError(AgeFailure::header, "the file ends before its payload");
    state_->runs->finish();
}

struct ChunkOpener::State {
    explicit State(const Key& key) : aead(key.view()) {}
    Aead aead;
};

ChunkOpener::ChunkOpener(const FileKey& file_key, std::span<const std::uint8_t, stream_nonce_size> nonce) {
    StreamNonce copy{};
    std::copy(nonce.begin(), nonce.end(), copy.begin());
    state_ = std::make_unique<State>(payload_key(file_key, copy));
}
ChunkOpener::ChunkOpener(ChunkOpener&&) noexcept = default;
ChunkOpener& ChunkOpener::operator=(ChunkOpener&&) noexcept = default;
ChunkOpener::~ChunkOpener() = default;

void ChunkOpener::open(std::uint64_t number, bool is_last, ByteView sealed, MutableBytes plain) {
    if (sealed.size() < tag_size || !state_->aead.open(chunk_nonce(number, is_last), {}, sealed, plain)) {
        throw AgeError(AgeFailure::payload,
                       "this part of the payload is missing, was changed, or was encrypted with another key");
    }
}

void open_range(const FileKey& file_key, const ByteRange& range, std::uint64_t plain_size, const ReadAt& read_at,
                const Sink& sink) {
    const auto read = [&](std::uint64_t offset, MutableBytes into) {
        if (read_at(offset, into) != into.size()) throw AgeError(AgeFailure::payload, "the payload is cut off");
    };
    StreamNonce nonce{};
    read(0, nonce);
    ChunkOpener opener(file_key, nonce);
    Bytes sealed(sealed_chunk_size);
    Bytes plain(stream_chunk_size);
    const std::uint64_t end = std::min(plain_size, range.offset + range.length);
    for (std::uint64_t number = range.offset / stream_chunk_size; number * stream_chunk_size < end; ++number) {
        const std::uint64_t begin = number * stream_chunk_size;
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(stream_chunk_size, plain_size - begin));
        const MutableBytes sealed_chunk = MutableBytes(sealed).first(size + tag_size);
        const MutableBytes chunk = MutableBytes(plain).first(size);
        read(stream_nonce_size + number * sealed_chunk_size, sealed_chunk);
        opener.open(number, begin + size == plain_size, sealed_chunk, chunk);
        const auto skipped = static_cast<std::size_t>(std::max(range.offset, begin) - begin);
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, end - begin));
        sink(ByteView(chunk).subspan(skipped, wanted - skipped));
    }
}

}  // namespace msh::crypto
