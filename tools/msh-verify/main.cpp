// msh-verify: checks everything a record claims, and prints a verdict for each.
#include <algorithm>
#include <memory>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/parallel.hpp"
#include "cli/common.hpp"
#include "cli/messages.hpp"
#include "cli/program.hpp"
#include "cli/record_loop.hpp"
#include "cli/signals.hpp"
#include "custodian/custodian.hpp"
#include "ipfs/open_sources.hpp"
#include "ipfs/payload.hpp"
#include "logs.hpp"

namespace {

using namespace msh;
namespace fs = std::filesystem;

struct Settings {
    cli::CommonOptions common;
    std::optional<std::string> output;
    std::optional<std::string> proofs;
    std::vector<std::string> logs;
    std::vector<std::string> log_keys;
    std::vector<std::string> from;
    std::vector<std::string> files;
};

class Verifier {
  public:
    Verifier(const Settings& settings, const custodian::Home& home, Logs& logs)
        : settings_(settings), own_store_(home.store()), logs_(logs) {
        for (const std::string& place : settings.from)
            add_source(place);
        if (!sources_.far().empty()) fetcher_ = sources_.fetcher(cli::say_warning);
        if (settings.proofs) make_folder(*settings.proofs, 0755);
    }

    void operator()(cli::Batch& batch) {
        batch.drop_other_types();
        open_own();
        const std::vector<cli::Item*> items = batch.objects();
        std::vector<record::Verdict> verdicts(items.size());
        const unsigned workers = items.size() < worker_count() ? worker_count() : 1;
        const unsigned at_once = fetcher_ ? std::max(worker_count(), fetcher_->at_once()) : worker_count();
        parallel_for(items.size(), at_once, [&](std::size_t i) {
            verdicts[i].id = items[i]->object->id;
            verdicts[i].payload = payload_state(*items[i]->object, workers);
        });
        for (std::size_t i = 0; i < items.size(); ++i) {
            logs_.check(*items[i]->object, verdicts[i]);
            if (verdicts[i].log == "included") write_proof(*items[i]->object);
            all_ok_ = all_ok_ && verdicts[i].ok();
            saw_checkpoint_ = saw_checkpoint_ || verdicts[i].size;
            missed_log_ = missed_log_ || verdicts[i].log == "unknown-log";
            items[i]->result = record::to_json(verdicts[i]);
        }
    }

    [[nodiscard]] bool all_ok() const noexcept { return all_ok_; }
    [[nodiscard]] bool saw_checkpoint() const noexcept { return saw_checkpoint_; }
    [[nodiscard]] bool missed_log() const noexcept { return missed_log_; }

  private:
    void add_source(const std::string& place) { cli::say_warning(sources_.open(place)); }

    // The own store and log, where no others are named: not before there are records, since in a pipeline the programs
    // before this one may have to make them first.
    void open_own() {
        std::error_code ignored;
        if (sources_.empty() && fs::is_directory(own_store_, ignored)) add_source(own_store_);
        if (settings_.logs.empty()) logs_.add_own();
    }

    std::string payload_state(const record::Object& object, unsigned workers) {
        const auto cid = ipfs::Cid::parse(object.payload.cid.value_or(""));
        if (!cid) return "no-cid";
        const ipfs::PayloadName payload{*cid, object.payload.size};
        const auto check = fetcher_ ? ipfs::check_payload(payload, *fetcher_, ipfs::unixfs_v1_2025)
                                    : ipfs::check_payload(payload, sources_.all(), ipfs::unixfs_v1_2025, workers);
        if (check.ok()) return "whole";
        if (check.damaged > 0) return "damaged";
        return check.malformed > 0 ? "malformed" : "absent";
    }

    void write_proof(const record::Object& object) const {
        if (!settings_.proofs) return;
        if (const auto proof = logs_.proof(object)) {
            write_file_atomically(fs::path(*settings_.proofs) / (to_hex(object.id) + ".tlog-proof"), as_bytes(*proof),
                                  0666);
        }
    }

    const Settings& settings_;
    fs::path own_store_;
    Logs& logs_;
    ipfs::OpenSources sources_{{.is_over = cli::is_signalled}};
    std::unique_ptr<ipfs::Fetcher> fetcher_;  // where some are far
    bool all_ok_ = true;
    bool saw_checkpoint_ = false;
    bool missed_log_ = false;
};

void tell_what_was_missing(const Verifier& verifier, const Logs& logs, const custodian::Home& home) {
    if (verifier.missed_log() && logs.empty() && !home.has_keystore()) {
        std::error_code ignored;
        const bool has_log = fs::exists(home.log() / "checkpoint", ignored);
        cli::say_note("there is no keystore" + std::string(has_log ? "" : " and no log") + " in '" +
                      home.root().string() + "': name the log with --log" +
                      (has_log ? " and its key with --log-key" : ""));
    }
    for (const std::string& name : logs.lagging())
        cli::say_note("the log '" + name + "' is older than what was seen of it");
    if (verifier.saw_checkpoint() && logs.without_witness()) {
        cli::say_note("no independent witness has signed the log, so it proves nothing against its owner");
    }
}

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-verify",
                         "Check the payloads and log entries of object records; write a verdict for each.",
                         "[OPTION]... [FILE]...");
    options.values("--log", settings.logs, "DIR",
                   "check against the log in DIR; may be repeated (default: the own log)", cli::Role::input);
    options.values("--log-key", settings.log_keys, "VKEY", "trust the log of verifier key VKEY; may be repeated");
    options.values("--from", settings.from, "PLACE",
                   "look for blocks in PLACE, a folder of blocks, a CAR archive or the URL of a gateway; may be "
                   "repeated (default: the own "
                   "store)",
                   cli::Role::input);
    options.value("--proof", settings.proofs, "DIR",
                  "write a .tlog-proof file into DIR for each record that is in its log", cli::Role::output_folder);
    options.value("-o,--output", settings.output, "FILE", "write the verdicts to FILE", cli::Role::output);
    cli::add_common_options(options, settings.common);
    options.operands(settings.files);
    if (options.parse(argc, argv) == cli::Options::Outcome::help_shown) return cli::ExitCode::done;
    cli::apply(settings.common, options);

    const custodian::Home home(cli::home_folder(settings.common));
    const auto keystore = custodian::open_keystore_if_any(home);
    Logs logs(home, keystore.get());
    for (const std::string& key : settings.log_keys)
        logs.add_key(key);
    for (const std::string& folder : settings.logs)
        logs.add_folder(folder);
    Verifier verifier(settings, home, logs);
    cli::Output output(settings.output);
    cli::RecordLoop loop(settings.files, settings.common, output);
    const cli::ExitCode code = loop.run([&](cli::Batch& batch) { verifier(batch); });
    output.commit();
    tell_what_was_missing(verifier, logs, home);
    return verifier.all_ok() ? code : cli::ExitCode::no;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-verify", [&] { return run(argc, argv); });
}
