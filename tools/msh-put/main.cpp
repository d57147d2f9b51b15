// msh-put: stores payloads as blocks and gives their records a CID.
#include <filesystem>

#include "base/parallel.hpp"
#include "cli/common.hpp"
#include "cli/program.hpp"
#include "cli/record_loop.hpp"
#include "custodian/custodian.hpp"
#include "custodian/run_folder.hpp"
#include "ipfs/block_store.hpp"
#include "ipfs/payload.hpp"
#include "keystore/objects.hpp"
#include "keystore/targets.hpp"

namespace {

using namespace msh;
namespace fs = std::filesystem;

struct Settings {
    cli::CommonOptions common;
    std::optional<std::string> output;
    std::vector<std::string> files;
};

// Stores batches of payloads in the own block store.
class Putter {
  public:
    explicit Putter(const custodian::Home& home)
        : home_(home),
          keystore_(custodian::open_keystore_if_any(home)),
          store_(home.store(), ipfs::BlockStore::Access::write),
          target_("store:" + home.store().string()) {}

    void operator()(cli::Batch& batch) {
        std::vector<Job> jobs = decide(batch);
        parallel_for(jobs.size(), worker_count(), [&](std::size_t i) {
            if (!jobs[i].known) store(jobs[i]);
        });
        store_.sync();
        remember(jobs);
        for (const Job& job : jobs)
            empty_spool(*job.item);
    }

  private:
    struct Job {
        cli::Item* item;
        std::optional<ipfs::Cid> cid;
        bool known = false;  // to be in the store
    };

    // What there is to do; the keystore's records get what the batch knows more.
    std::vector<Job> decide(cli::Batch& batch) {
        std::vector<Job> jobs;
        std::optional<keystore::Transaction> transaction;
        if (keystore_) transaction.emplace(*keystore_);
        for (cli::Item* item : batch.objects()) {
            Job job{item, std::nullopt};
            try {
                job.known = is_stored(job);
                jobs.push_back(job);
            } catch (const Error& error) {
                if (error.kind() != ErrorKind::input) throw;
                item->fail(error);
            }
        }
        if (transaction) transaction->commit();
        return jobs;
    }

    bool is_stored(Job& job) {
        if (!keystore_) return false;
        const auto known = keystore::Objects(*keystore_).merge(*job.item->object);
        if (!known || !known->payload.cid) return false;
        job.cid = ipfs::Cid::parse(*known->payload.cid);
        if (!job.cid || !keystore::Targets(*keystore_).stored(known->id, target_)) return false;
        record::add_missing(job.item->line, *known);
        return store_.has(*job.cid);
    }

    void store(Job& job) {
        const record::Payload& payload = job.item->object->payload;
        try {
            const auto named = payload.cid ? std::optional(cid_of(payload)) : std::nullopt;
            if (payload.path && (!named || is_file(*payload.path))) {
                job.cid = ipfs::store_payload(*payload.path, payload.size, store_, ipfs::unixfs_v1_2025, 1);
            } else if (named) {
                require_whole({*named, payload.size});
                job.cid = named;
            } else {
                throw Error(ErrorKind::input, "the record names neither a payload file nor a CID");
            }
            if (named && job.cid != named) throw Error(ErrorKind::input, "'payload.cid' is not the payload's CID");
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::input) throw;
            job.item->fail(error);
        }
    }

    static bool is_file(const std::string& path) {
        std::error_code ignored;
        return fs::exists(path, ignored);
    }

    static ipfs::Cid cid_of(const record::Payload& payload) {
        const auto cid = ipfs::Cid::parse(*payload.cid);
        if (!cid) throw Error(ErrorKind::input, "'payload.cid' has no valid value");
        return *cid;
    }

    void require_whole(const ipfs::PayloadName& payload) {
        const auto check = ipfs::check_payload(payload, {&store_}, ipfs::unixfs_v1_2025, 1);
        if (!check.ok()) throw Error(ErrorKind::input, "the payload is neither in a file nor whole in the store");
    }

    // The blocks are durable: now the records may say so.
    void remember(std::vector<Job>& jobs) {
        std::vector<keystore::StoredPayload> stored;
        std::vector<Id> moved;
        for (Job& job : jobs) {
            if (job.item->failed()) continue;
            const Id& id = job.item->object->id;
            if (!job.known) stored.push_back({id, job.cid->text()});
            if (is_in_spool(*job.item)) moved.push_back(id);
            job.item->line.set("payload.cid", record::json_string(job.cid->text()));
            job.item->line.remove("payload.path");
        }
        if (!keystore_) return;
        keystore::Transaction transaction(*keystore_);
        keystore::Targets(*keystore_).mark(target_, stored);
        keystore::Objects(*keystore_).remove_paths(moved);
        transaction.commit();
    }

    // Only what msh-encrypt put there; a payload that lies anywhere else is its owner's.
    bool is_in_spool(const cli::Item& item) const {
        const auto& path = item.object->payload.path;
        return path && custodian::is_in_run_folder(home_.spool(), *path);
    }

    void empty_spool(const cli::Item& item) const {
        std::error_code ignored;
        if (!item.failed() && is_in_spool(item)) fs::remove(*item.object->payload.path, ignored);
    }

    const custodian::Home& home_;
    std::unique_ptr<keystore::Keystore> keystore_;
    ipfs::BlockStore store_;
    std::string target_;
};

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-put", "Store the payloads of object records, and add their CIDs.",
                         "[OPTION]... [FILE]...");
    options.value("-o,--output", settings.output, "FILE", "write the records to FILE");
    cli::add_common_options(options, settings.common);
    options.operands(settings.files);
    if (options.parse(argc, argv) == cli::Options::Outcome::help_shown) return cli::ExitCode::done;
    cli::apply(settings.common);

    const custodian::Home home(cli::home_folder(settings.common));
    home.make();
    Putter putter(home);
    cli::Output output(settings.output);
    cli::RecordLoop loop(settings.files, settings.common, output);
    const cli::ExitCode code = loop.run([&](cli::Batch& batch) { putter(batch); });
    output.commit();
    custodian::RunFolder::sweep(home.spool(), [](const Id&) { return true; });
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-put", [&] { return run(argc, argv); });
}
