// Payloads into targets, a batch at a time, with one sync.
//
// A record may come from anyone, and the store is for everyone to read. So a file is linked into a store, and removed
// from where it was, only when it lies in its object's own place in spool/ or fetched/; nothing else of the home folder
// is a payload, and what lies elsewhere is copied, if the keystore knows the object. Where the keystore knows the file, the line is not asked for it. A
// payload that has no file any more is read from the own store.
//
// A payload that some targets lack, as --at-least allows, stays where it is, and the keystore remembers which they are:
// send_missing() of the next run with these targets sends it.
#pragma once

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
#include "fleet.hpp"
#include "ipfs/block_store.hpp"
#include "ipfs/cid.hpp"
#include "keystore/keystore.hpp"
#include "target.hpp"

namespace msh {

class Putter {
  public:
    // Without a keystore nothing is remembered. The fleet must outlive it.
    Putter(const custodian::Home& home, Fleet& fleet);

    // Each object's line gets its CID, and loses its path where a target keeps the payload.
    void operator()(cli::Batch& batch);
    // After the last batch: what targets lack that runs before this one could not give them. False when a payload failed.
    [[nodiscard]] bool send_missing();
    // Says how many payloads each target lacks.
    void tell_missing();
    // The end; whether no record failed.
    void finish(bool all_well);

    // Whether a target did not take what it may take later.
    [[nodiscard]] bool may_go_better() const noexcept { return may_go_better_; }

  private:
    struct Job {
        cli::Item* item = nullptr;
        std::optional<std::string> path;  // of the payload
        std::optional<std::string> kept;  // what the keystore says of it
        std::optional<ipfs::Cid> named;   // what the CID has to be
        std::optional<ipfs::Cid> cid;     // once it is in the targets
        std::optional<PayloadFile> file;  // where it is, and may be taken
        std::vector<Target*> remembered;  // the targets that the keystore knows it is in
        std::vector<Target*> lacking;     // the targets that it is not known to be in
        std::vector<Target*> taken;       // those that took it, and are not settled yet
        bool may_go = false;              // its file: whoever should have it has it
        bool was_asked_for = false;       // under its name, of the targets
        bool is_object_known = false;     // to the keystore
        bool has_no_file = false;         // any more: it was read from a store
        std::optional<Error> missing;     // no file where it should be
    };

    void put_batch(cli::Batch& batch);
    void send_missing(Target& target, bool& all_well);
    void open_own_store();
    [[nodiscard]] std::vector<Job> decide(cli::Batch& batch);
    void look_up(Job& job);
    void ask_targets(std::span<Job> jobs);
    void name(std::vector<Job>& jobs);
    void find_file(Job& job) const;
    void look_closely(Job& job);
    void look_again(Job& job);
    void choose_file(Job& job) const;
    void put(Job& job);
    void put_file(Job& job);
    using Take = std::function<ipfs::Cid(Target& target, std::size_t place)>;
    void give(Job& job, const std::vector<Target*>& targets, const Take& take);
    void put_blocks(Job& job);
    void settle(std::vector<Job>& jobs);
    void settle(Job& job, const Fleet::Refused& refused);
    void remember(std::vector<Job>& jobs);
    void remember(Job& job);
    [[nodiscard]] ipfs::BlockSources sources() const;
    [[nodiscard]] bool is_in_place(const std::filesystem::path& file, const Id& object) const;
    [[nodiscard]] bool may_leave_spool(const Job& job) const;
    void empty_spool(const Job& job) const;

    const custodian::Home& home_;
    std::filesystem::path home_folder_;  // without links
    std::unique_ptr<keystore::Keystore> keystore_;
    Fleet& fleet_;
    std::vector<Target*> wanted_;                     // the targets that shall have the payloads of this batch
    std::map<const Target*, std::uint64_t> lacking_;  // payloads that each lacks, and the keystore does not know
    std::unique_ptr<ipfs::BlockStore> own_store_;     // where there is one
    bool keeps_ = false;                              // one of the targets does
    bool asks_by_cid_ = false;                        // one of the targets knows by itself what it has
    bool may_go_better_ = false;
    unsigned workers_ = 1;  // for one payload of this batch
};

}  // namespace msh
