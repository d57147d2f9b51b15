#include "custodian/own_index.hpp"

#include <algorithm>
#include <set>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "custodian/anchoring.hpp"
#include "custodian/opening.hpp"
#include "custodian/tombstones_root.hpp"
#include "keystore/anchors.hpp"
#include "keystore/heads.hpp"
#include "keystore/identities.hpp"
#include "keystore/index_state.hpp"
#include "keystore/objects.hpp"

namespace msh::custodian {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t first_epoch = 1;
constexpr std::size_t documents_a_segment = 16384;  // bounds the memory of a build
constexpr std::string_view head_name = "own";
constexpr const char* rebuild_hint = "any run of msh-index builds the index anew";

fs::path manifest_file(const Home& home) {
    return home.index() / "manifest";
}

Key key_or_new(keystore::IndexState& state, const char* name) {
    if (const auto held = state.get(name)) return Key(std::span<const std::uint8_t, 32>(held->data(), 32));
    const Key fresh = crypto::random_key();
    state.put(name, fresh.view());
    return fresh;
}

std::string committed_text_of_manifest(const Digest& hash) {
    return R"({"manifest_sha256":")" + to_base64(hash) + R"(","msh":1,"type":"manifest"})";
}

Digest configuration_of(const Normaliser& normaliser) {
    return crypto::sha256(as_bytes(normaliser.description));
}

// In front of packed terms: the version (4 bytes) and the configuration.
constexpr std::size_t packed_head = 4 + 32;

Bytes head_of(const Normaliser& normaliser) {
    std::array<std::uint8_t, 4> version{};
    store_big_endian(normaliser.version, version);
    Bytes head;
    append(head, version);
    append(head, configuration_of(normaliser));
    return head;
}

// Empty, thus of no normaliser, where the sealed box does not open: the object waits, and each flush tries it again.
Bytes packed_terms_of(keystore::Keystore& keystore, const record::Object& object, const Normaliser& normaliser) {
    try {
        return pack_terms(terms_of(open_sealed(keystore, object), normaliser), normaliser);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::input) throw;
        return {};
    }
}

// One run of the flush, under the index's lock.
class Flush {
  public:
    Flush(keystore::Keystore& keystore, const Home& home, const Normaliser& normaliser)
        : keystore_(keystore),
          home_(home),
          normaliser_(normaliser),
          state_(keystore),
          keys_(index_keys(keystore)),
          tombstones_(tombstones_root(keystore)) {}

    // Gives what could not be indexed.
    [[nodiscard]] std::vector<NotIndexed> run() {
        require_in_step(keystore_, home_);
        const auto former = usable_manifest();
        AtomicFile::sweep(home_.index(), "");
        std::vector<index::SegmentInfo> segments = handed_over(former);
        requeue_segments(keystore_, lost(segments), normaliser_);
        const std::size_t kept = segments.size();
        const std::vector<std::vector<Id>> members = build(segments);
        const Digest hash = write_manifest(former, segments);
        record(hash, std::span(segments).subspan(kept), members);
        remove_unnamed(segments);
        return std::move(failures_);
    }

    // Nothing when there is nothing to do: the newest manifest was made after all shredding, and to its end.
    [[nodiscard]] std::optional<std::vector<NotIndexed>> run_after_shredding() {
        const auto manifest = usable_manifest();
        const auto seen = keystore::Heads(keystore_).manifest(head_name);
        if (!manifest && !seen) return std::nullopt;
        if (!manifest || !seen || seen->hash != manifest->hash || manifest->manifest.tombstones != tombstones_) {
            return run();
        }
        remove_unnamed(manifest->manifest.segments);
        return std::nullopt;
    }

  private:
    // Nothing, too, where the manifest was lost or damaged, or is older than it should be: then all is built anew.
    [[nodiscard]] std::optional<index::SignedManifest> usable_manifest() {
        try {
            return own_manifest(keystore_, home_);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::failed) throw;
            return std::nullopt;
        }
    }

    // The segments that the keystore believes in and the index no longer has, as after a restore.
    [[nodiscard]] std::vector<Digest> lost(const std::vector<index::SegmentInfo>& present) {
        std::vector<Digest> out;
        for (const Digest& id : state_.segments()) {
            const bool is_there = std::any_of(present.begin(), present.end(),
                                              [&](const index::SegmentInfo& segment) { return segment.id == id; });
            if (!is_there) out.push_back(id);
        }
        return out;
    }

    // The former manifest's segments, but for one whose hand-over was interrupted, whose file is gone, or that another
    // normaliser made.
    [[nodiscard]] std::vector<index::SegmentInfo> handed_over(const std::optional<index::SignedManifest>& former) {
        std::vector<index::SegmentInfo> segments;
        const std::vector<Digest> known = state_.segments();
        if (!former) return segments;
        const Digest configuration = configuration_of(normaliser_);
        for (const index::SegmentInfo& segment : former->manifest.segments) {
            std::error_code ignored;
            const bool is_known = std::find(known.begin(), known.end(), segment.id) != known.end();
            const bool has_file = fs::exists(index::segment_path(home_.index(), segment.id), ignored);
            const bool is_current = segment.normaliser == normaliser_.version && segment.configuration == configuration;
            if (is_known && has_file && is_current) segments.push_back(segment);
        }
        return segments;
    }

    // Segments of all that waits, and which objects each holds. What cannot be indexed goes on waiting.
    [[nodiscard]] std::vector<std::vector<Id>> build(std::vector<index::SegmentInfo>& segments) {
        std::vector<std::vector<Id>> members;
        const Digest configuration = configuration_of(normaliser_);
        const Bytes head = head_of(normaliser_);
        std::optional<index::SegmentBuilder> builder;
        const auto finish = [&] {
            if (!builder) return;
            segments.push_back(builder->build(home_.index()));
            builder.reset();
        };
        state_.for_each_buffered([&](const Id& object, const SecretBytes& packed) {
            const auto terms = is_current(packed, head) ? unpack_terms(packed) : anew(object);
            if (!terms) return;
            if (!builder) {
                builder.emplace(keys_, configuration, normaliser_.version);
                members.emplace_back();
            }
            builder->add(object, *terms);
            members.back().push_back(object);
            if (builder->documents() == documents_a_segment) finish();
        });
        finish();
        return members;
    }

    [[nodiscard]] static bool is_current(ByteView packed, const Bytes& head) {
        return packed.size() >= head.size() && std::equal(head.begin(), head.end(), packed.begin());
    }

    [[nodiscard]] std::optional<std::vector<index::Term>> anew(const Id& object) {
        const auto record = keystore::Objects(keystore_).get(object);
        if (!record) return std::vector<index::Term>();  // shredded meanwhile: move_to_segment() finds out
        try {
            return terms_of(open_sealed(keystore_, *record), normaliser_);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::input) throw;
            failures_.push_back({object, error});
            return std::nullopt;
        }
    }

    [[nodiscard]] Digest write_manifest(const std::optional<index::SignedManifest>& former,
                                        const std::vector<index::SegmentInfo>& segments) {
        index::Manifest next;
        const auto seen = keystore::Heads(keystore_).manifest(head_name);
        if (former) {
            next.number = former->manifest.number + 1;
            next.previous = former->hash;
        } else if (seen) {
            next.number = seen->number + 1;
            next.previous = seen->hash;
        }
        next.time = seconds_now();
        next.until = next.time + index::manifest_lifetime;
        next.epoch = first_epoch;
        next.tombstones = tombstones_;
        next.segments = segments;
        const Key seed = keystore::Identities(keystore_).private_key(keystore::Identity::statement);
        const std::string note = index::sign_manifest(next, seed);
        write_file_atomically(manifest_file(home_), as_bytes(note), 0600);
        next.owner = keystore::Identities(keystore_).public_key(keystore::Identity::statement);
        number_ = next.number;
        return index::manifest_hash(index::manifest_text(next));
    }

    // The manifest is durable: now the documents leave the buffer, and the manifest gets its leaf.
    void record(const Digest& hash, std::span<const index::SegmentInfo> fresh,
                std::span<const std::vector<Id>> members) {
        keystore::Transaction transaction(keystore_);
        for (std::size_t i = 0; i < fresh.size(); ++i)
            (void)state_.move_to_segment(members[i], fresh[i].id);  // else the next run builds it anew
        (void)keystore::Heads(keystore_).see_manifest(head_name, {number_, hash});
        const keystore::Thing manifest{"manifest", hash};
        (void)keystore::Anchors(keystore_).assign({&manifest, 1}, [&](std::size_t, const Digest& salt) {
            return leaf_data(salt, committed_text_of_manifest(hash));
        });
        transaction.commit();
    }

    // Of killed runs: whoever has the index's lock is the only one who writes manifests.
    void remove_unnamed(const std::vector<index::SegmentInfo>& named) const {
        for (const index::SegmentId& id : index::segments_in(home_.index())) {
            const bool is_named = std::any_of(named.begin(), named.end(),
                                              [&](const index::SegmentInfo& segment) { return segment.id == id; });
            std::error_code ignored;
            if (!is_named) fs::remove(index::segment_path(home_.index(), id), ignored);
        }
    }

    keystore::Keystore& keystore_;
    const Home& home_;
    const Normaliser& normaliser_;
    keystore::IndexState state_;
    index::Keys keys_;
    Digest tombstones_;  // taken before all else
    std::uint64_t number_ = 0;
    std::vector<NotIndexed> failures_;
};

void put_text(Bytes& out, std::string_view text) {
    std::array<std::uint8_t, 4> size{};
    store_big_endian(static_cast<std::uint32_t>(text.size()), size);
    append(out, size);
    append(out, as_bytes(text));
}

std::string take_text(ByteView& packed) {
    if (packed.size() < 4) throw Error(ErrorKind::failed, "the keystore is damaged");
    const auto size = load_big_endian<std::uint32_t>(packed.first(4));
    if (packed.size() - 4 < size) throw Error(ErrorKind::failed, "the keystore is damaged");
    std::string text(as_text(packed.subspan(4, size)));
    packed = packed.subspan(4 + size);
    return text;
}

}  // namespace

index::Keys index_keys(keystore::Keystore& keystore) {
    keystore::Transaction transaction(keystore);
    keystore::IndexState state(keystore);
    const std::string epoch = std::to_string(first_epoch);
    index::Keys keys{key_or_new(state, ("epoch/" + epoch).c_str()), key_or_new(state, ("documents/" + epoch).c_str())};
    transaction.commit();
    return keys;
}

std::optional<index::SignedManifest> own_manifest(keystore::Keystore& keystore, const Home& home) {
    const auto seen = keystore::Heads(keystore).manifest(head_name);
    const auto note = read_file(manifest_file(home), index::max_manifest_size);
    if (!note && !seen) return std::nullopt;
    if (!note) throw Error(ErrorKind::failed, "the index's manifest is missing", rebuild_hint);
    try {
        auto manifest = index::open_manifest(as_text(*note),
                                             keystore::Identities(keystore).public_key(keystore::Identity::statement));
        if (seen) {
            const index::Succession succession = index::succession(seen->number, seen->hash, manifest);
            if (succession == index::Succession::older || succession == index::Succession::forked) {
                throw Error(ErrorKind::failed, "the index's manifest is older than one seen before", rebuild_hint);
            }
        }
        return manifest;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::input) throw;
        throw Error(ErrorKind::failed, std::string("the index's manifest is damaged: ") + error.what(), rebuild_hint);
    }
}

void requeue_segments(keystore::Keystore& keystore, const std::vector<Digest>& segments, const Normaliser& normaliser) {
    keystore::IndexState state(keystore);
    keystore::Objects objects(keystore);
    for (const Digest& segment : segments) {
        keystore::Transaction transaction(keystore);
        std::vector<Id> members;
        state.for_each_in_segment(segment, [&](const Id& object) { members.push_back(object); });
        state.replace_segments({&segment, 1}, std::nullopt);
        for (const Id& id : members) {
            const Bytes terms = packed_terms_of(keystore, objects.get(id).value(), normaliser);
            const keystore::Document document{id, terms};
            state.buffer({&document, 1});
        }
        transaction.commit();
    }
}

std::vector<index::Term> terms_of(const record::Sealed& sealed, const Normaliser& normaliser) {
    std::vector<index::Term> terms;
    for (const auto* const attributes : {&sealed.attributes, &sealed.pseudonyms}) {
        for (const record::Attribute& attribute : *attributes) {
            if (!attribute.values) continue;
            for (const std::string& value : *attribute.values) {
                const auto [field, values] = normaliser.terms(attribute.tag, value);
                for (const std::string& each : values)
                    terms.push_back({std::string(field), each});
            }
        }
    }
    return terms;
}

Bytes pack_terms(std::span<const index::Term> terms, const Normaliser& normaliser) {
    Bytes out = head_of(normaliser);
    for (const index::Term& term : terms) {
        put_text(out, term.field);
        put_text(out, term.value);
    }
    return out;
}

std::vector<index::Term> unpack_terms(ByteView packed) {
    std::vector<index::Term> terms;
    packed = packed.subspan(std::min(packed.size(), packed_head));
    while (!packed.empty()) {
        std::string field = take_text(packed);
        terms.push_back({std::move(field), take_text(packed)});
    }
    return terms;
}

std::vector<NotIndexed> flush_index(keystore::Keystore& keystore, const Home& home, const Normaliser& normaliser) {
    make_folder(home.index(), 0700);
    std::vector<NotIndexed> failures;
    {
        const FileLock one_builder(home.index_lock());
        failures = Flush(keystore, home, normaliser).run();
    }
    publish(keystore, home);
    return failures;
}

std::vector<NotIndexed> forget_shredded(keystore::Keystore& keystore, const Home& home, const Normaliser& normaliser) {
    if (!fs::is_directory(home.index())) return {};
    std::optional<std::vector<NotIndexed>> failures;
    {
        const FileLock one_builder(home.index_lock());
        failures = Flush(keystore, home, normaliser).run_after_shredding();
    }
    if (!failures) return {};
    publish(keystore, home);
    return std::move(*failures);
}

}  // namespace msh::custodian
