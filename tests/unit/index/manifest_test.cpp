#include "index/manifest.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "index_support.hpp"

namespace msh::index::test {
namespace {

const Key seed = key_from(100);

SegmentInfo some_segment(std::uint8_t first) {
    SegmentInfo info;
    info.id = {first, 2, 3};
    info.level = 9;
    info.documents = 1000;
    info.placement = {16, 80, 25, 3, 4};
    info.root = {4, 5};
    info.cid = "bafkreigh2akiscaildc";
    info.configuration = {6};
    info.normaliser = 7;
    return info;
}

Manifest some_manifest() {
    Manifest manifest;
    manifest.owner = crypto::ed25519_public(seed);
    manifest.number = 12;
    manifest.previous = {9};
    manifest.time = 1767225600;
    manifest.until = manifest.time + manifest_lifetime;
    manifest.epoch = 3;
    manifest.tombstones = {8};
    manifest.segments = {some_segment(1), some_segment(2)};
    manifest.segments[1].cid.clear();
    return manifest;
}

std::string zeros(std::size_t bytes) {
    return std::string(2 * bytes, '0');
}

TEST(Manifest, HasTheTextOfItsDescription) {
    const std::string line = " 9 33 1000 16/80/25/3/4 0405" + zeros(30) + " 137216 ";
    const std::string rest = " 06" + zeros(31) + " 7\n";
    EXPECT_EQ(manifest_text(some_manifest()),
              "msh/v1/manifest\nowner " + to_hex(some_manifest().owner) + "\nnumber 12\nprevious 09" + zeros(31) +
                  "\ntime 2026-01-01T00:00:00Z\nuntil 2026-01-31T00:00:00Z\nepoch 3"
                  "\ntombstones 08" +
                  zeros(31) + "\nsegments 2\nsegment 010203" + zeros(29) + line + "bafkreigh2akiscaildc" + rest +
                  "segment 020203" + zeros(29) + line + "-" + rest);
}

TEST(Manifest, ComesBack) {
    const Manifest manifest = some_manifest();
    EXPECT_EQ(parse_manifest(manifest_text(manifest)), manifest);
    const SignedManifest opened = open_manifest(sign_manifest(manifest, seed), manifest.owner);
    EXPECT_EQ(opened.manifest, manifest);
    EXPECT_EQ(opened.hash, manifest_hash(manifest_text(manifest)));

    Manifest first;
    first.tombstones = {1};
    const SignedManifest empty = open_manifest(sign_manifest(first, seed), manifest.owner);
    EXPECT_EQ(empty.manifest.owner, manifest.owner) << "set when signed";
    EXPECT_TRUE(empty.manifest.segments.empty());
}

void expect_refused(const std::string& note, const std::string& what) {
    try {
        (void)open_manifest(note, some_manifest().owner);
        ADD_FAILURE() << what << " was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::input) << what;
        EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    }
}

TEST(Manifest, EveryByteIsSignedOrPartOfTheSignature) {
    const std::string note = sign_manifest(some_manifest(), seed);
    for (std::size_t at = 0; at < note.size(); ++at) {
        std::string changed = note;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        expect_refused(changed, "a change at " + std::to_string(at));
        expect_refused(note.substr(0, at), "a cut at " + std::to_string(at));
        changed = note;
        changed.erase(at, 1);
        if (changed != note) expect_refused(changed, "a loss at " + std::to_string(at));
        changed = note;
        changed.insert(at, 1, '\n');
        expect_refused(changed, "a newline at " + std::to_string(at));
    }
}

TEST(Manifest, OtherKeysLinesAreIgnored) {
    const std::string note = sign_manifest(some_manifest(), seed);
    const std::string other = "\u2014 witness.example/w " + to_base64(Bytes(72, 5)) + "\n";
    EXPECT_EQ(open_manifest(note + other, some_manifest().owner).manifest, some_manifest());
    const std::size_t lines = note.find("\n\n") + 2;
    EXPECT_EQ(open_manifest(note.substr(0, lines) + other + note.substr(lines), some_manifest().owner).manifest,
              some_manifest());
    expect_refused(note.substr(0, lines) + other, "only another's signature");
}

TEST(Manifest, AnotherKeysManifestIsRefused) {
    expect_refused(sign_manifest(some_manifest(), key_from(101)), "another owner");
    // Signed by the right key under another owner's name.
    std::string text = manifest_text(some_manifest());
    text.replace(text.find("owner ") + 6, 64, to_hex(crypto::ed25519_public(key_from(101))));
    const std::string note = sign_manifest(some_manifest(), seed);
    const std::size_t base64 = note.rfind(' ') + 1;
    Bytes line = from_base64(note.substr(base64, note.size() - base64 - 1)).value();
    line.resize(4);
    append(line, crypto::ed25519_sign(seed, as_bytes(text)));
    expect_refused(text + "\n\u2014 msh/v1/manifest " + to_base64(line) + "\n", "a foreign name");
}

// Every field to something that cannot be; the text is not signed here, so only the parser refuses.
TEST(Manifest, IsParsedStrictly) {
    const std::string text = manifest_text(some_manifest());
    const auto refuse = [&](const std::string& from, const std::string& to) {
        std::string changed = text;
        const std::size_t at = changed.find(from);
        ASSERT_NE(at, std::string::npos) << from;
        changed.replace(at, from.size(), to);
        EXPECT_THROW((void)parse_manifest(changed), Error) << from << " -> " << to;
    };
    refuse("msh/v1/manifest", "msh/v2/manifest");
    refuse("owner ", "owner  ");
    refuse("number 12", "number 012");
    refuse("number 12", "number -12");
    refuse("number 12", "number 0");
    refuse("number 12", "number 1");  // with a previous hash
    refuse("number 12", "number ");
    refuse("number 12", "number 9007199254740992");
    refuse("number 12", "number 18446744073709551628");
    refuse("previous 09", "previous 00");  // none, and not the first
    refuse("previous 09", "previous 0A");
    refuse("previous 09", "previous 9");
    refuse("2026-01-01T00:00:00Z", "2026-01-01");
    refuse("2026-01-01T00:00:00Z", "2026-01-01T00:00:00+00:00");
    refuse("2026-01-01T00:00:00Z", "2026-02-30T00:00:00Z");
    refuse("2026-01-31T00:00:00Z", "2025-12-31T23:59:59Z");  // ends before it begins
    refuse("epoch 3", "epoch 0");
    refuse("segments 2", "segments 1");
    refuse("segments 2", "segments 3");
    refuse("segments 2", "segments 16385");
    refuse("segment 02", "segment 01");  // twice
    refuse(" 9 33 1000", " 64 33 1000");
    refuse(" 9 33 1000", " 9 34 1000");
    refuse(" 9 33 1000", " 9 33 0");
    refuse(" 9 33 1000", " 9 33 67108865");
    refuse("16/80/25/3/4", "15/80/25/3/4");
    refuse("16/80/25/3/4", "128/80/25/3/4");
    refuse("16/80/25/3/4", "16/0/25/3/4");
    refuse("16/80/25/3/4", "16/101/25/3/4");
    refuse("16/80/25/3/4", "16/80/1/27/4");
    refuse("16/80/25/3/4", "16/80/25/2/5");
    refuse("16/80/25/3/4", "16/80/4294967295/33/4");
    refuse("137216", "137215");
    refuse("bafkreigh2akiscaildc", "baf/kreigh2akiscaildc");
    refuse("bafkreigh2akiscaildc", "");
    refuse("bafkreigh2akiscaildc", std::string(129, 'b'));
    refuse(" 7\n", " 4294967296\n");
    refuse(" 7\n", " 7 \n");
    refuse(" 7\n", " 7\r\n");
    refuse(" 7\nsegment 02", " 7\n\nsegment 02");
}

TEST(Manifest, WhatCannotBeReadBackIsNotWritten) {
    Manifest manifest = some_manifest();
    manifest.segments[0].cid = "-";
    EXPECT_THROW((void)manifest_text(manifest), Error);
    manifest = some_manifest();
    manifest.segments[1].id = manifest.segments[0].id;
    EXPECT_THROW((void)sign_manifest(manifest, seed), Error);
    manifest = some_manifest();
    manifest.number = 0;
    EXPECT_THROW((void)manifest_text(manifest), Error);
}

TEST(Manifest, SuccessionTellsRollBacksAndForks) {
    const Digest hash{1}, other{2};
    const auto offered = [](std::uint64_t number, const Digest& own, const Digest& previous) {
        SignedManifest out;
        out.manifest.number = number;
        out.manifest.previous = previous;
        out.hash = own;
        return out;
    };
    EXPECT_EQ(succession(5, hash, offered(5, hash, other)), Succession::same);
    EXPECT_EQ(succession(5, hash, offered(5, other, other)), Succession::forked);
    EXPECT_EQ(succession(5, hash, offered(4, hash, other)), Succession::older);
    EXPECT_EQ(succession(5, hash, offered(6, other, hash)), Succession::next);
    EXPECT_EQ(succession(5, hash, offered(6, other, other)), Succession::forked);
    EXPECT_EQ(succession(5, hash, offered(7, other, other)), Succession::later);
    EXPECT_EQ(succession(0, {}, offered(1, hash, {})), Succession::next);
}

TEST(Manifest, ExpiresAtItsTime) {
    const Manifest manifest = some_manifest();
    EXPECT_FALSE(has_expired(manifest, manifest.until - 1));
    EXPECT_TRUE(has_expired(manifest, manifest.until));
}

}  // namespace
}  // namespace msh::index::test
