#include "crypto/stream.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

#include "crypto/aead.hpp"
#include "crypto/age_error.hpp"
#include "crypto/mac.hpp"
#include "crypto/random.hpp"

namespace msh::crypto {
namespace {

constexpr std::size_t chunk = stream_chunk_size;
constexpr std::size_t sealed_chunk = sealed_chunk_size;

const FileKey key(std::span<const std::uint8_t, 16>(std::array<std::uint8_t, 16>{1, 2, 3}));

Bytes pattern(std::size_t size) {
    std::mt19937 random(static_cast<unsigned>(size));
    Bytes bytes(size);
    for (auto& byte : bytes)
        byte = static_cast<std::uint8_t>(random());
    return bytes;
}

template <typename Stream>
void write_in_pieces(Stream& stream, ByteView bytes, std::size_t piece) {
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(piece, bytes.size()))) {
        stream.write(bytes.first(std::min(piece, bytes.size())));
    }
}

Bytes seal(ByteView plain, unsigned threads = 1, std::size_t piece = SIZE_MAX) {
    Bytes payload;
    StreamSealer sealer(
        key, [&](ByteView part) { append(payload, part); }, threads);
    write_in_pieces(sealer, plain, piece);
    sealer.finish();
    return payload;
}

// What came out, and why it ended: nothing when it ended well.
struct Opening {
    Bytes plain;
    std::optional<AgeFailure> failure;
};

Opening open(ByteView payload, unsigned threads = 1, std::size_t piece = SIZE_MAX) {
    Opening result;
    StreamOpener opener(
        key, [&](ByteView part) { append(result.plain, part); }, threads);
    try {
        write_in_pieces(opener, payload, piece);
        opener.finish();
    } catch (const AgeError& error) {
        EXPECT_EQ(error.kind(), ErrorKind::input);
        result.failure = error.failure();
    }
    return result;
}

// A payload put together chunk by chunk with the cipher alone.
Bytes reference(ByteView nonce, const std::vector<std::pair<Bytes, bool>>& chunks) {
    Key payload_key;
    hkdf_sha256(key.view(), nonce, "payload", payload_key.writable());
    Aead aead(payload_key.view());
    Bytes payload(nonce.begin(), nonce.end());
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        Nonce chunk_nonce{};
        store_big_endian(static_cast<std::uint32_t>(i), MutableBytes(chunk_nonce).subspan(7, 4));
        chunk_nonce[11] = chunks[i].second ? 1 : 0;
        Bytes sealed(chunks[i].first.size() + tag_size);
        aead.seal(chunk_nonce, {}, chunks[i].first, sealed);
        append(payload, sealed);
    }
    return payload;
}

// Boundaries of chunks, and of the runs a single thread (4 chunks) and several (8) work on.
const std::size_t sizes_around_boundaries[] = {0,
                                               1,
                                               15,
                                               16,
                                               17,
                                               chunk - 1,
                                               chunk,
                                               chunk + 1,
                                               2 * chunk,
                                               4 * chunk - 1,
                                               4 * chunk,
                                               4 * chunk + 1,
                                               8 * chunk - 1,
                                               8 * chunk,
                                               8 * chunk + 1,
                                               16 * chunk,
                                               33 * chunk,
                                               50 * chunk + 12345};

TEST(Stream, SizeOfThePayload) {
    static_assert(payload_size(0) == 32);
    static_assert(payload_size(1) == 33);
    static_assert(payload_size(chunk) == 32 + chunk);
    static_assert(payload_size(chunk + 1) == 48 + chunk + 1);
    for (const std::size_t size : sizes_around_boundaries)
        EXPECT_EQ(seal(pattern(size)).size(), payload_size(size));
}

// Whatever the size of a chunk and of its tag, this is what a range needs of a payload.
TEST(Stream, RangesOfThePayload) {
    for (const std::size_t size : {std::size_t{1}, chunk, chunk + 1, 3 * chunk, 3 * chunk + 7}) {
        const Bytes payload = seal(pattern(size));
        for (const std::uint64_t offset : {std::uint64_t{0}, std::uint64_t{size - 1}, std::uint64_t{size / 2}}) {
            for (const std::uint64_t length : {std::uint64_t{1}, std::uint64_t{chunk}, std::uint64_t{size - offset}}) {
                const auto [nonce, chunks] = payload_ranges({offset, length});
                EXPECT_EQ(nonce.offset, 0U);
                EXPECT_EQ(nonce.length, stream_nonce_size);
                const std::uint64_t first = offset / chunk;
                EXPECT_EQ(chunks.offset, payload_size(first * chunk) - (first == 0 ? tag_size : 0));
                const std::uint64_t end = std::min<std::uint64_t>(chunks.offset + chunks.length, payload.size());
                const std::uint64_t last = std::min<std::uint64_t>((offset + length - 1) / chunk, (size - 1) / chunk);
                EXPECT_EQ(end, payload_size(std::min<std::uint64_t>((last + 1) * chunk, size)));
            }
        }
    }
    constexpr std::uint64_t largest = std::uint64_t{1} << 60;
    static_assert(payload_ranges({largest, largest})[1].offset > largest);
    static_assert(payload_ranges({0, chunk})[1].length == sealed_chunk);
    static_assert(payload_ranges({chunk - 1, 2})[1].length == 2 * sealed_chunk);
}

TEST(Stream, RoundTripAtEverySizePieceAndNumberOfThreads) {
    for (const std::size_t size : sizes_around_boundaries) {
        const Bytes plain = pattern(size);
        for (const unsigned seal_threads : {1U, 2U, 3U}) {
            for (const std::size_t piece : {SIZE_MAX, chunk, std::size_t{100000}, std::size_t{4097}}) {
                const Bytes payload = seal(plain, seal_threads, piece);
                for (const unsigned open_threads : {1U, 2U}) {
                    const Opening opened = open(payload, open_threads, piece);
                    ASSERT_FALSE(opened.failure) << size << ' ' << piece << ' ' << seal_threads;
                    ASSERT_TRUE(opened.plain == plain) << size << ' ' << piece << ' ' << seal_threads;
                }
            }
        }
    }
}

// The sealer draws its nonce; under that same nonce the chunks must be those made one by one.
TEST(Stream, ParallelAndSerialSealTheSameBytes) {
    for (const std::size_t size : sizes_around_boundaries) {
        const Bytes plain = pattern(size);
        for (const unsigned threads : {1U, 2U, 4U}) {
            const Bytes payload = seal(plain, threads, 70000);
            std::vector<std::pair<Bytes, bool>> chunks;
            std::size_t at = 0;
            do {
                const std::size_t end = std::min(at + chunk, size);
                chunks.emplace_back(Bytes(plain.begin() + static_cast<std::ptrdiff_t>(at),
                                          plain.begin() + static_cast<std::ptrdiff_t>(end)),
                                    end == size);
                at = end;
            } while (at < size);
            ASSERT_TRUE(payload == reference(ByteView(payload).first(16), chunks)) << size << ' ' << threads;
        }
    }
}

TEST(Stream, NonceIsNewEachTime) {
    EXPECT_NE(seal({}), seal({}));
}

TEST(Stream, EveryCutIsNoticed) {
    const Bytes plain = pattern(2 * chunk + 100);
    const Bytes payload = seal(plain);
    for (const std::size_t size : {std::size_t{16}, std::size_t{17}, std::size_t{32}, 16 + sealed_chunk - 1,
                                   16 + sealed_chunk, 16 + sealed_chunk + 1, 16 + sealed_chunk + 16,
                                   16 + 2 * sealed_chunk, 16 + 2 * sealed_chunk + 15, payload.size() - 1}) {
        const Opening opened = open(ByteView(payload).first(size));
        EXPECT_EQ(opened.failure, AgeFailure::payload) << size;
        const std::size_t whole_chunks = (size - 16) / sealed_chunk;
        EXPECT_TRUE(std::ranges::equal(opened.plain, ByteView(plain).first(whole_chunks * chunk))) << size;
    }
    for (const std::size_t size : {0U, 1U, 15U}) {
        EXPECT_EQ(open(ByteView(payload).first(size)).failure, AgeFailure::header) << size;
    }
}

TEST(Stream, ChangedBytesAreNoticedAndOnlyWhatIsInFrontComesOut) {
    const Bytes plain = pattern(40 * chunk + 5);
    const Bytes payload = seal(plain);
    std::mt19937 random(3);
    for (int i = 0; i < 60; ++i) {
        const std::size_t at = 16 + random() % (payload.size() - 16);
        Bytes changed = payload;
        changed[at] ^= static_cast<std::uint8_t>(1 + random() % 255);
        const Opening opened = open(changed, static_cast<unsigned>(1 + i % 3), 1 + random() % 200000);
        EXPECT_EQ(opened.failure, AgeFailure::payload);
        const std::size_t in_front = (at - 16) / sealed_chunk * chunk;
        EXPECT_TRUE(std::ranges::equal(opened.plain, ByteView(plain).first(in_front))) << at;
    }
    Bytes other_nonce = payload;
    other_nonce[0] ^= 1;
    EXPECT_EQ(open(other_nonce).failure, AgeFailure::payload);
    EXPECT_TRUE(open(other_nonce).plain.empty());
}

TEST(Stream, ChunksCannotBeSwappedDroppedOrRepeated) {
    const Bytes payload = seal(pattern(4 * chunk));
    const auto piece = [&](std::size_t i) { return ByteView(payload).subspan(16 + i * sealed_chunk, sealed_chunk); };
    const std::vector<std::vector<std::size_t>> orders{{1, 0, 2, 3}, {0, 2, 3}, {0, 1, 1, 2, 3}, {3}, {0, 1, 3}};
    for (const auto& order : orders) {
        Bytes changed(payload.begin(), payload.begin() + 16);
        for (const std::size_t i : order)
            append(changed, piece(i));
        EXPECT_EQ(open(changed).failure, AgeFailure::payload);
        EXPECT_EQ(open(changed, 2).failure, AgeFailure::payload);
    }
}

TEST(Stream, NothingMayFollowTheFinalChunk) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{10}, chunk, 16 * chunk}) {
        for (const std::size_t extra : {std::size_t{1}, std::size_t{16}, sealed_chunk, 40 * sealed_chunk}) {
            for (const unsigned threads : {1U, 2U}) {
                Bytes payload = seal(pattern(size));
                payload.resize(payload.size() + extra);
                EXPECT_EQ(open(payload, threads).failure, AgeFailure::payload) << size << ' ' << extra;
            }
        }
    }
}

TEST(Stream, FinalChunkIsEmptyOnlyWhenThePayloadIs) {
    const Bytes nonce(16, 9);
    EXPECT_FALSE(open(reference(nonce, {{{}, true}})).failure);
    EXPECT_EQ(open(reference(nonce, {{{}, false}})).failure, AgeFailure::payload);
    for (const std::size_t full : {1U, 4U, 16U}) {
        std::vector<std::pair<Bytes, bool>> chunks(full, {pattern(chunk), false});
        chunks.emplace_back(Bytes(), true);
        const Opening opened = open(reference(nonce, chunks));
        EXPECT_EQ(opened.failure, AgeFailure::payload);
        EXPECT_EQ(opened.plain.size(), full * chunk);
        chunks.back() = {Bytes{1}, true};
        EXPECT_FALSE(open(reference(nonce, chunks)).failure);
    }
}

TEST(Stream, AnotherKeyOpensNothing) {
    const Bytes payload = seal(pattern(100));
    const FileKey other(std::span<const std::uint8_t, 16>(std::array<std::uint8_t, 16>{1, 2, 4}));
    StreamOpener opener(other, [](ByteView) { FAIL(); });
    opener.write(payload);
    EXPECT_THROW(opener.finish(), AgeError);
}

struct SinkFull : std::runtime_error {
    SinkFull() : std::runtime_error("full") {}
};

TEST(Stream, WhatTheSinkThrowsComesThroughAndTheThreadsEnd) {
    const Bytes plain = pattern(60 * chunk);
    const Bytes payload = seal(plain);
    for (const unsigned threads : {1U, 2U, 4U}) {
        std::size_t taken = 0;
        const Sink sink = [&](ByteView part) {
            taken += part.size();
            if (taken > 20 * chunk) throw SinkFull();
        };
        StreamSealer sealer(key, sink, threads);
        EXPECT_THROW(
            {
                write_in_pieces(sealer, plain, 50000);
                sealer.finish();
            },
            SinkFull);
        taken = 0;
        StreamOpener opener(key, sink, threads);
        EXPECT_THROW(
            {
                write_in_pieces(opener, payload, 50000);
                opener.finish();
            },
            SinkFull);
    }
}

TEST(Stream, CanBeGivenUpAtAnyTime) {
    const Bytes plain = pattern(60 * chunk);
    for (const std::size_t size : {std::size_t{0}, chunk, 17 * chunk, 60 * chunk}) {
        for (const unsigned threads : {1U, 3U}) {
            StreamSealer sealer(
                key, [](ByteView) {}, threads);
            sealer.write(ByteView(plain).first(size));
        }
    }
}

// A payload's chunk by its number, and whether it is the last.
ByteView chunk_of(ByteView payload, std::size_t number) {
    const ByteView behind = payload.subspan(stream_nonce_size + number * sealed_chunk);
    return behind.first(std::min(behind.size(), sealed_chunk));
}

TEST(ChunkOpener, OpensAnyRangeAsTheStreamDoes) {
    std::mt19937 random(11);
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, chunk, chunk + 1, 5 * chunk, 5 * chunk + 77}) {
        const Bytes plain = pattern(size);
        const Bytes payload = seal(plain);
        ASSERT_EQ(open(payload).plain, plain);
        ChunkOpener opener(key, ByteView(payload).first<stream_nonce_size>());
        const std::size_t chunks = std::max<std::size_t>(1, (size + chunk - 1) / chunk);
        for (int i = 0; i < 20; ++i) {
            const std::size_t number = random() % chunks;
            const ByteView sealed = chunk_of(payload, number);
            Bytes opened(sealed.size() - tag_size);
            opener.open(number, number + 1 == chunks, sealed, opened);
            EXPECT_TRUE(std::ranges::equal(opened, ByteView(plain).subspan(number * chunk, opened.size())));
        }
    }
}

TEST(ChunkOpener, RefusesAllElse) {
    const Bytes plain = pattern(3 * chunk + 5);
    Bytes payload = seal(plain);
    ChunkOpener opener(key, ByteView(payload).first<stream_nonce_size>());
    Bytes opened(chunk);
    const auto refuses = [&](ChunkOpener& by, std::uint64_t number, bool is_last, ByteView sealed) {
        opened.resize(sealed.size() < tag_size ? 0 : sealed.size() - tag_size);
        try {
            by.open(number, is_last, sealed, opened);
            return false;
        } catch (const AgeError& error) {
            return error.failure() == AgeFailure::payload;
        }
    };
    EXPECT_FALSE(refuses(opener, 1, false, chunk_of(payload, 1)));
    for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{2}, std::uint64_t{1} << 32, UINT64_MAX})
        EXPECT_TRUE(refuses(opener, number, false, chunk_of(payload, 1))) << number;
    EXPECT_TRUE(refuses(opener, 1, true, chunk_of(payload, 1)));
    EXPECT_TRUE(refuses(opener, 3, false, chunk_of(payload, 3)));
    EXPECT_FALSE(refuses(opener, 3, true, chunk_of(payload, 3)));
    for (const std::size_t size : {std::size_t{0}, std::size_t{15}, std::size_t{16}, sealed_chunk - 1})
        EXPECT_TRUE(refuses(opener, 1, false, chunk_of(payload, 1).first(size))) << size;
    EXPECT_TRUE(refuses(opener, 1, false, Bytes(sealed_chunk)));  // a hole
    std::mt19937 random(12);
    for (int i = 0; i < 30; ++i) {
        Bytes changed(chunk_of(payload, 1).begin(), chunk_of(payload, 1).end());
        changed[random() % changed.size()] ^= static_cast<std::uint8_t>(1 + random() % 255);
        EXPECT_TRUE(refuses(opener, 1, false, changed));
    }
    payload[3] ^= 1;
    ChunkOpener other(key, ByteView(payload).first<stream_nonce_size>());
    EXPECT_TRUE(refuses(other, 1, false, chunk_of(payload, 1)));
}

// A payload of which only what payload_ranges() names can be read, and the count of what was read.
struct PartOfPayload {
    PartOfPayload(Bytes whole, const ByteRange& range) : bytes(std::move(whole)), ranges(payload_ranges(range)) {}
    std::size_t read(std::uint64_t offset, MutableBytes into) {
        if (offset >= bytes.size()) return 0;
        const auto behind = ByteView(bytes).subspan(static_cast<std::size_t>(offset));
        const std::size_t size = std::min(into.size(), behind.size());
        EXPECT_TRUE(std::ranges::any_of(ranges, [&](const ByteRange& range) {
            return offset >= range.offset && offset + size <= range.offset + range.length;
        }));
        std::ranges::copy(behind.first(size), into.begin());
        return size;
    }
    Bytes open(const ByteRange& range, std::uint64_t plain_size) {
        Bytes plain;
        open_range(
            key, range, plain_size, [&](std::uint64_t offset, MutableBytes into) { return read(offset, into); },
            [&](ByteView part) { append(plain, part); });
        return plain;
    }
    Bytes bytes;
    std::array<ByteRange, 2> ranges;
};

TEST(OpenRange, GivesWhatTheWholePlaintextHasThere) {
    for (const std::size_t size : {std::size_t{1}, chunk - 1, chunk, chunk + 1, 2 * chunk, 3 * chunk + 77}) {
        const Bytes plain = pattern(size);
        const Bytes payload = seal(plain);
        std::vector<ByteRange> ranges{{0, 1}, {0, size}, {size - 1, 1}, {0, std::uint64_t{1} << 60}, {size, 1}};
        for (const std::size_t edge : {chunk, 2 * chunk}) {
            if (edge >= size) continue;
            ranges.insert(ranges.end(), {{edge, 1}, {edge - 1, 1}, {edge - 1, 2}, {edge, size}, {1, edge}});
        }
        for (const ByteRange& range : ranges) {
            const std::uint64_t end = std::min<std::uint64_t>(size, range.offset + range.length);
            const auto expected = ByteView(plain).subspan(static_cast<std::size_t>(range.offset),
                                                          static_cast<std::size_t>(end - range.offset));
            const Bytes opened = PartOfPayload(payload, range).open(range, size);
            EXPECT_TRUE(std::ranges::equal(opened, expected)) << size << ' ' << range.offset << ' ' << range.length;
        }
    }
}

TEST(OpenRange, RefusesWhatIsDamagedCutOffOrOfAnotherSize) {
    constexpr std::size_t size = 2 * chunk + 100;
    const Bytes payload = seal(pattern(size));
    const auto refuses = [](const Bytes& bytes, const ByteRange& range, std::uint64_t plain_size) {
        try {
            (void)PartOfPayload(bytes, range).open(range, plain_size);
            return false;
        } catch (const AgeError& error) {
            EXPECT_EQ(error.kind(), ErrorKind::input);
            return error.failure() == AgeFailure::payload;
        }
    };
    const auto cut = [&](std::size_t count) {
        return Bytes(payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(count));
    };
    Bytes changed = payload;
    changed[stream_nonce_size + sealed_chunk + 5] ^= 1;
    EXPECT_FALSE(refuses(changed, {0, chunk}, size));
    EXPECT_TRUE(refuses(changed, {chunk - 1, 2}, size));
    EXPECT_FALSE(refuses(changed, {2 * chunk, 1}, size));
    for (const std::size_t count :
         {std::size_t{0}, stream_nonce_size - 1, stream_nonce_size, stream_nonce_size + sealed_chunk - 1})
        EXPECT_TRUE(refuses(cut(count), {0, 1}, size)) << count;
    EXPECT_FALSE(refuses(cut(stream_nonce_size + sealed_chunk), {0, 1}, size));
    EXPECT_TRUE(refuses(cut(payload.size() - 1), {2 * chunk, 1}, size));
    for (const std::uint64_t other : {std::uint64_t{size - 1}, std::uint64_t{size + 1}, std::uint64_t{2 * chunk + 1}})
        EXPECT_TRUE(refuses(payload, {2 * chunk, 1}, other)) << other;
}

}  // namespace
}  // namespace msh::crypto
