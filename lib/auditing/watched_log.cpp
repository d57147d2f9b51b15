#include "auditing/watched_log.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "ipfs/block_source.hpp"

namespace msh::auditing {
namespace {

// What has come wrong is damage; what has not come says nothing.
void rethrow_unless_damage(const Error& error) {
    if (ipfs::source_failure(error)) throw;
}

}  // namespace

WatchedLog::WatchedLog(log::TileFolder files, log::VerifierKey key, keystore::Keystore* keystore, Kind kind)
    : files_(std::move(files)), key_(std::move(key)), keystore_(keystore), kind_(kind) {
    open();
}

// The heads are read first: whoever signs the own log notes a head after the checkpoint is in the folder.
void WatchedLog::open() {
    std::vector<keystore::LogHead> heads;
    if (keystore_ != nullptr) heads = keystore::Heads(*keystore_).log(key_.text());
    reader_ = std::make_unique<log::Reader>(files_, log::Trust{key_, {}});
    is_fresh_ = true;
    is_damaged_ = false;
    try {
        for (const keystore::LogHead& head : heads)
            compare({key_.name, head.size, head.root});
    } catch (const Error& error) {
        rethrow_unless_damage(error);
        is_damaged_ = true;
    }
    if (keystore_ != nullptr && kind_ == Kind::foreign && !forked_ && !is_damaged_) remember(heads);
}

void WatchedLog::open_again() {
    if (!is_fresh_) open();
}

void WatchedLog::compare(const log::Checkpoint& other) {
    newest_ = std::max(newest_, other.size);
    if (other.size <= reader_->size() && !reader_->extends(other)) forked_ = true;
}

void WatchedLog::remember(const std::vector<keystore::LogHead>& heads) {
    const std::uint64_t size = reader_->size();
    const auto smaller = std::find_if(heads.begin(), heads.end(), [&](const auto& head) { return head.size < size; });
    const auto same = std::find_if(heads.begin(), heads.end(), [&](const auto& head) { return head.size == size; });
    if (smaller == heads.end() && same != heads.end()) return;
    keystore::Heads(*keystore_).advance_log_head(key_.text(), {size, reader_->checkpoint().root});
}

std::optional<std::uint64_t> WatchedLog::seen() const {
    return newest_ > reader_->size() ? std::optional(newest_) : std::nullopt;
}

std::string WatchedLog::check(std::uint64_t index, const Digest& leaf) {
    // A log that another program of the pipeline writes has grown since it was opened.
    if (index >= reader_->size()) open_again();
    return find(index, leaf);
}

std::string WatchedLog::check(std::uint64_t index, const Digest& leaf, const log::Checkpoint& proved_under) {
    if (!compared_ || *compared_ != proved_under) {
        if (proved_under.size > reader_->size()) open_again();
        try {
            compare(proved_under);
        } catch (const Error& error) {
            rethrow_unless_damage(error);
            return "damaged";
        }
        compared_ = proved_under;
    }
    std::string found = find(index, leaf);
    if (found == "behind") return "included";
    // Another leaf has its place under a signature of the same key.
    if (found == "not-included") forked_ = true;
    return forked_ ? "forked" : found;
}

std::string WatchedLog::find(std::uint64_t index, const Digest& leaf) {
    if (forked_) return "forked";
    if (kind_ == Kind::own && seen()) return "taken-back";
    if (is_damaged_) return "damaged";
    try {
        if (reader_->contains(index, leaf)) return "included";
    } catch (const Error& error) {
        rethrow_unless_damage(error);
        return "damaged";
    }
    return index >= reader_->size() && index < newest_ ? "behind" : "not-included";
}

std::optional<std::string> WatchedLog::proof(std::uint64_t index, const Digest& leaf) {
    try {
        return reader_->proof(index, leaf);
    } catch (const Error& error) {
        rethrow_unless_damage(error);
        return std::nullopt;
    }
}

}  // namespace msh::auditing
