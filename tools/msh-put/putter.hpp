// Puts payloads into targets, a batch at a time, with one sync for each batch.
//
// Records may come from anyone, and a store may be public. So a file is read as a payload only at its object's own place
// (custodian/payload_places.hpp). It is hard-linked into a store if that place is in the home folder, and copied if not. A
// path that the keystore knows is used instead of the record's. A payload whose file is gone is read from the targets and
// the own store.
//
// A payload that some targets are missing, as --at-least allows, stays where it is. The keystore remembers these
// targets, and send_missing() of the next run that names them sends it.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/record_loop.hpp"
#include "custodian/home.hpp"
#include "custodian/payload_places.hpp"
#include "ipfs/blamed_source.hpp"
#include "ipfs/block_store.hpp"
#include "ipfs/cid.hpp"
#include "keystore/keystore.hpp"
#include "storage/target.hpp"
#include "storage/target_set.hpp"

namespace msh {

class Putter {
  public:
    // Opens the targets. Without a keystore nothing is remembered. `home` and `targets` must outlive it. `payloads`: more
    // folders of payloads.
    Putter(const custodian::Home& home, storage::TargetSet& targets, const std::vector<std::string>& payloads);

    // Adds the CID to each object's line, and removes the path if a target keeps the payload. Errors of one record are
    // set on its item; Error (again, failed) where too few targets are left.
    void operator()(cli::Batch& batch);
    // After the last batch: sends the payloads that targets are missing from this and earlier runs. False if one
    // failed.
    [[nodiscard]] bool send_missing();
    // Prints how many payloads each target is missing.
    void tell_missing();
    // Ends the targets, before send_missing(). `all_well`: no record failed.
    void finish(bool all_well);

    // Whether a payload failed that a target may take later.
    [[nodiscard]] bool may_go_better() const noexcept { return may_go_better_; }
    // Whether send_missing() met what trying later does not mend, as a server that denies access.
    [[nodiscard]] bool has_failed() const noexcept { return has_failed_; }

  private:
    struct Job {
        cli::Item* item = nullptr;
        std::optional<std::string> path;               // of the payload, in the record
        std::optional<std::string> kept;               // its path in the keystore
        std::optional<custodian::PayloadPlace> place;  // the one of both that is used
        std::optional<ipfs::Cid> named;                // what the CID has to be
        std::optional<ipfs::Cid> cid;                  // once it is in the targets
        std::optional<storage::PayloadFile> file;      // the file, once it is known that it may be taken
        std::vector<storage::Target*> remembered;      // the targets that the keystore knows it is in
        std::vector<storage::Target*> lacking;         // the targets that it is not known to be in
        std::vector<storage::Target*> taken;           // the targets that took it and are not settled yet
        bool may_go = false;                           // its path is no longer needed: every target has it
        bool was_asked_for = false;                    // the targets were asked for its CID
        bool has_no_file = false;                      // its file is gone, and it was read from a store
        std::optional<Error> missing;                  // no file where it should be
    };

    void put_batch(cli::Batch& batch);
    void send_missing(storage::Target& target, bool& all_well);
    void open_own_store();
    [[nodiscard]] std::vector<Job> decide(cli::Batch& batch);
    void look_up(Job& job);
    void ask_targets(std::span<Job> jobs);
    void name(std::vector<Job>& jobs);
    void describe_file(Job& job) const;
    [[nodiscard]] static bool has_file(const Job& job);
    [[nodiscard]] static Error no_payload(const Job& job);
    void look_closely(Job& job);
    void look_again(Job& job);
    void choose_file(Job& job) const;
    void put(Job& job);
    void put_file(Job& job);
    using Take =
        std::function<std::optional<ipfs::Cid>(storage::Target& target, std::size_t place)>;  // nothing: not taken
    void give(Job& job, const std::vector<storage::Target*>& targets, const Take& take);
    void put_blocks(Job& job);
    [[nodiscard]] bool copy_blocks(Job& job, const std::vector<storage::Target*>& targets,
                                   std::vector<ipfs::SourceFailed>& failures);
    void blame(const ipfs::SourceFailed& failure);
    void settle(std::vector<Job>& jobs);
    void settle(Job& job, const storage::TargetSet::Refused& refused);
    void remember(std::vector<Job>& jobs);
    void remember(Job& job);
    [[nodiscard]] ipfs::BlockSources sources() const;
    [[nodiscard]] bool may_leave_spool(const Job& job) const;
    void empty_spool(const Job& job) const;

    const custodian::Home& home_;
    custodian::PayloadPlaces places_;
    std::unique_ptr<keystore::Keystore> keystore_;
    storage::TargetSet& targets_;
    std::vector<storage::Target*> wanted_;                     // the targets for the payloads of this batch
    std::map<const storage::Target*, std::uint64_t> lacking_;  // missing payloads that the keystore does not know
    std::unique_ptr<ipfs::BlockStore> own_store_;              // where there is one
    bool keeps_ = false;                                       // one of the targets does
    bool asks_by_cid_ = false;                                 // one of the targets knows by itself what it has
    std::atomic<bool> may_go_better_{false};
    std::atomic<bool> has_failed_{false};
    unsigned workers_ = 1;  // for one payload of this batch
};

}  // namespace msh
