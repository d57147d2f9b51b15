// The payload of an age file (C2SP age, "Payload"), which is also the payload of an msh object:
//
//     payload     = nonce (16 random bytes) || chunks
//     payload key = HKDF-SHA256(ikm = file key, salt = nonce, info = "payload")
//     chunk       = ChaCha20-Poly1305 of 64 KiB of the plaintext, under the nonce: 11 bytes of chunk number
//                   (big-endian, from 0), then 1 for the final chunk and 0 for the others
//
// Only the final chunk may be shorter, and it is empty only when the whole plaintext is.
//
// Bytes are pushed in pieces of any size; the result goes to a sink, in order:
//     StreamSealer sealer(file_key, [&](ByteView part) { write_all(fd, part); });
//     sealer.write(piece); ...
//     sealer.finish();                     // without it the payload has no end, and no opener takes it as whole
//
// With `threads` above 1, payloads of more than 512 KiB are worked on by that many threads, the caller's among them;
// smaller ones start none. The sink may then run on any of them while write() goes on, but never twice at once, and not
// after finish() has returned or anything was thrown. What the sink throws comes out of write() or finish(); after any
// exception the object can only be destroyed. Takes (threads + 1) MiB of memory, or less than half a MiB with a single
// thread. Not for use by two threads at once.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "base/byte_range.hpp"
#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "crypto/aead.hpp"

namespace msh::crypto {

using Sink = std::function<void(ByteView)>;

inline constexpr std::size_t stream_nonce_size = 16;
inline constexpr std::size_t stream_chunk_size = std::size_t{64} * 1024;
inline constexpr std::size_t sealed_chunk_size = stream_chunk_size + tag_size;

// The size of the payload for a plaintext of this size.
[[nodiscard]] constexpr std::uint64_t payload_size(std::uint64_t plain_size) noexcept {
    const std::uint64_t full = plain_size / stream_chunk_size;
    const bool has_short_chunk = plain_size % stream_chunk_size != 0 || full == 0;
    return stream_nonce_size + plain_size + tag_size * (full + (has_short_chunk ? 1 : 0));
}

// The bytes of the payload that are needed for these bytes of the plaintext: the nonce, and whole chunks. The chunks
// may end behind the end of the payload, whose last one is shorter. Offset and length must be at most 2^60.
[[nodiscard]] constexpr std::array<ByteRange, 2> payload_ranges(const ByteRange& plain) noexcept {
    const std::uint64_t first = plain.offset / stream_chunk_size;
    const std::uint64_t end = (plain.offset + plain.length + stream_chunk_size - 1) / stream_chunk_size;
    return {ByteRange{0, stream_nonce_size},
            ByteRange{stream_nonce_size + first * sealed_chunk_size, (end - first) * sealed_chunk_size}};
}

class StreamSealer {
  public:
    StreamSealer(const FileKey& file_key, Sink sink, unsigned threads = 1);
    StreamSealer(StreamSealer&&) noexcept;
    StreamSealer& operator=(StreamSealer&&) noexcept;
    ~StreamSealer();

    void write(ByteView plain);
    void finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// The sink gets authentic plaintext only, chunk by chunk; whether the payload is whole shows when finish() returns.
// Throws AgeError (`payload`, or `header` if the nonce is incomplete).
class StreamOpener {
  public:
    StreamOpener(const FileKey& file_key, Sink sink, unsigned threads = 1);
    StreamOpener(StreamOpener&&) noexcept;
    StreamOpener& operator=(StreamOpener&&) noexcept;
    ~StreamOpener();

    void write(ByteView payload);
    void finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// Opens single chunks in any order, for reading part of a payload. A chunk that opens is authentic and
// has this number; that it is the last chunk is proved only if it is opened as such.
class ChunkOpener {
  public:
    // `nonce` is the payload's beginning.
    ChunkOpener(const FileKey& file_key, std::span<const std::uint8_t, stream_nonce_size> nonce);
    ChunkOpener(ChunkOpener&&) noexcept;
    ChunkOpener& operator=(ChunkOpener&&) noexcept;
    ~ChunkOpener();

    // The size of `plain` is the size of `sealed` less tag_size. Throws AgeError (`payload`).
    void open(std::uint64_t number, bool is_last, ByteView sealed, MutableBytes plain);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// Reads the payload from an offset until the buffer is full or the payload ends; gives the count. What it throws
// passes.
using ReadAt = std::function<std::size_t(std::uint64_t offset, MutableBytes into)>;

// Decrypts a part of a payload: reads what payload_ranges() names, and gives the sink those bytes of the range that are
// in the plaintext, in order. All that it gives is authentic and in its place. The last chunk is known by `plain_size`,
// the size of the whole plaintext. Throws AgeError (`payload`).
void open_range(const FileKey& file_key, const ByteRange& range, std::uint64_t plain_size, const ReadAt& read_at,
                const Sink& sink);

}  // namespace msh::crypto
