#include "search/flush.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "base/temporary_file.hpp"
#include "custodian/anchoring.hpp"
#include "custodian/opening.hpp"
#include "index/builder.hpp"
#include "index/folder.hpp"
#include "keystore/anchors.hpp"
#include "keystore/heads.hpp"
#include "keystore/identities.hpp"
#include "keystore/index_state.hpp"
#include "keystore/objects.hpp"
#include "search/documents.hpp"
#include "search/own_manifest.hpp"
#include "search/tombstones_root.hpp"

namespace msh::search {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t documents_a_segment = 16384;  // bounds the memory of a build

std::string committed_text_of_manifest(const Digest& hash) {
    return R"({"manifest_sha256":")" + to_base64(hash) + R"(","msh":1,"type":"manifest"})";
}

// One run of the flush, under the index's lock.
class Flush {
  public:
    Flush(keystore::Keystore& keystore, const custodian::Home& home, const Normaliser& normaliser)
        : keystore_(keystore),
          home_(home),
          normaliser_(normaliser),
          state_(keystore),
          keys_(index_keys(keystore)),
          tombstones_(tombstones_root(keystore)) {}

    // Gives what could not be indexed.
    [[nodiscard]] std::vector<NotIndexed> run() {
        custodian::require_keystore_up_to_date(keystore_, home_);
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
        const auto seen = keystore::Heads(keystore_).manifest(own_index_name);
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
            const bool is_same = segment.normaliser == normaliser_.version && segment.configuration == configuration;
            if (is_known && has_file && is_same) segments.push_back(segment);
        }
        return segments;
    }

    // Segments of all that waits, and which objects each holds. What cannot be indexed goes on waiting.
    [[nodiscard]] std::vector<std::vector<Id>> build(std::vector<index::SegmentInfo>& segments) {
        std::vector<std::vector<Id>> members;
        const Digest configuration = configuration_of(normaliser_);
        std::optional<index::SegmentBuilder> builder;
        const auto finish = [&] {
            if (!builder) return;
            segments.push_back(builder->build(home_.index()));
            builder.reset();
        };
        state_.for_each_buffered([&](const Id& object, const SecretBytes& packed) {
            const auto terms = is_current(packed, normaliser_) ? unpack_terms(packed) : anew(object);
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

    [[nodiscard]] std::optional<std::vector<terms::Term>> anew(const Id& object) {
        const auto record = keystore::Objects(keystore_).get(object);
        if (!record) return std::vector<terms::Term>();  // shredded meanwhile: move_to_segment() finds out
        try {
            return terms_of(custodian::open_sealed(keystore_, *record), normaliser_);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::input) throw;
            failures_.push_back({object, error});
            return std::nullopt;
        }
    }

    [[nodiscard]] Digest write_manifest(const std::optional<index::SignedManifest>& former,
                                        const std::vector<index::SegmentInfo>& segments) {
        index::Manifest next;
        const auto seen = keystore::Heads(keystore_).manifest(own_index_name);
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
        (void)keystore::Heads(keystore_).add_manifest_head(own_index_name, {number_, hash});
        const keystore::LogSubject manifest{"manifest", hash};
        (void)keystore::Anchors(keystore_).assign({&manifest, 1}, [&](std::size_t, const Digest& salt) {
            return custodian::leaf_data(salt, committed_text_of_manifest(hash));
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
    const custodian::Home& home_;
    const Normaliser& normaliser_;
    keystore::IndexState state_;
    index::Keys keys_;
    Digest tombstones_;  // taken before all else
    std::uint64_t number_ = 0;
    std::vector<NotIndexed> failures_;
};

}  // namespace

void requeue_segments(keystore::Keystore& keystore, const std::vector<Digest>& segments, const Normaliser& normaliser) {
    keystore::IndexState state(keystore);
    keystore::Objects objects(keystore);
    for (const Digest& segment : segments) {
        keystore::Transaction transaction(keystore);
        std::vector<Id> members;
        state.for_each_in_segment(segment, [&](const Id& object) { members.push_back(object); });
        state.replace_segments({&segment, 1}, std::nullopt);
        for (const Id& id : members) {
            const Bytes terms = pack_object(keystore, objects.get(id).value(), normaliser);
            const keystore::Document document{id, terms};
            state.buffer({&document, 1});
        }
        transaction.commit();
    }
}

void requeue_all_segments(keystore::Keystore& keystore, const Normaliser& normaliser) {
    requeue_segments(keystore, keystore::IndexState(keystore).segments(), normaliser);
}

std::vector<NotIndexed> flush_index(keystore::Keystore& keystore, const custodian::Home& home,
                                    const Normaliser& normaliser) {
    make_folder(home.index(), 0700);
    std::vector<NotIndexed> failures;
    {
        const FileLock one_builder(home.index_lock());
        failures = Flush(keystore, home, normaliser).run();
    }
    custodian::publish(keystore, home);
    return failures;
}

std::vector<NotIndexed> forget_shredded(keystore::Keystore& keystore, const custodian::Home& home,
                                        const Normaliser& normaliser) {
    if (!fs::is_directory(home.index())) return {};
    std::optional<std::vector<NotIndexed>> failures;
    {
        const FileLock one_builder(home.index_lock());
        failures = Flush(keystore, home, normaliser).run_after_shredding();
    }
    if (!failures) return {};
    custodian::publish(keystore, home);
    return std::move(*failures);
}

}  // namespace msh::search
