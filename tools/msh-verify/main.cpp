// msh-verify: checks everything a record claims, and prints a verdict for each.
#include <functional>
#include <set>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/common.hpp"
#include "cli/messages.hpp"
#include "cli/program.hpp"
#include "cli/record_loop.hpp"
#include "cli/signals.hpp"
#include "custodian/anchoring.hpp"
#include "custodian/custodian.hpp"
#include "custodian/id_set.hpp"
#include "logs.hpp"
#include "payloads.hpp"

namespace {

using namespace msh;
namespace fs = std::filesystem;

constexpr std::size_t max_missed_logs = 4;

struct Settings {
    cli::CommonOptions common;
    PlaceOptions places;
    std::optional<std::string> output;
    std::optional<std::string> proofs;
    std::vector<std::string> logs;
    std::vector<std::string> log_keys;
    std::vector<std::string> files;
};

class Verifier {
  public:
    Verifier(const Settings& settings, Payloads& payloads, Logs& logs)
        : settings_(settings), payloads_(payloads), logs_(logs) {
        if (settings.proofs) make_folder(*settings.proofs, 0755);
    }

    void operator()(cli::Batch& batch) {
        batch.drop_other_types();
        // The own log, where no others are named: not before there are records, since in a pipeline the programs before
        // this one may have to make it first.
        if (settings_.logs.empty()) logs_.add_own();
        logs_.begin_batch();
        const std::vector<cli::Item*> items = batch.objects();
        std::vector<const record::Object*> objects;
        for (const cli::Item* const item : items)
            objects.push_back(&*item->object);
        const std::vector<std::string> states = payloads_.states(objects);
        for (std::size_t i = 0; i < items.size(); ++i)
            judge(*items[i], states[i]);
    }

    [[nodiscard]] bool all_ok() const noexcept { return all_ok_; }
    [[nodiscard]] bool checked_any() const noexcept { return checked_any_; }
    [[nodiscard]] bool saw_checkpoint() const noexcept { return saw_checkpoint_; }
    // The names of the logs that were missing, of which there may be any number; so not all of them.
    [[nodiscard]] const std::set<std::string>& missed_logs() const noexcept { return missed_logs_; }

  private:
    void judge(cli::Item& item, const std::string& payload) {
        const record::Object& object = *item.object;
        record::Verdict verdict;
        verdict.id = object.id;
        verdict.payload = payload;
        logs_.check(object, verdict);
        if (verdict.log == "included" && !write_proof(object)) {
            item.fail(Error(ErrorKind::input, "the name of its proof is already taken"));
        }
        checked_any_ = true;
        all_ok_ = all_ok_ && verdict.ok();
        saw_checkpoint_ = saw_checkpoint_ || verdict.size;
        if (verdict.log == "unknown-log" && missed_logs_.size() < max_missed_logs) missed_logs_.insert(*verdict.origin);
        item.result = record::to_json(verdict);
    }

    // False where the proof of another object of that id was written: ids are public, and so others may have used it.
    [[nodiscard]] bool write_proof(const record::Object& object) {
        if (!settings_.proofs) return true;
        const auto proof = logs_.proof(object);
        if (!proof) return true;
        const Digest leaf = custodian::leaf_data(object);
        if (!leaves_.contains(leaf)) {
            if (!ids_.insert(object.id)) return false;
            leaves_.insert(leaf);
        }
        write_file_atomically(fs::path(*settings_.proofs) / (to_hex(object.id) + ".tlog-proof"), as_bytes(*proof), 0666,
                              AtomicFile::Links::replace);
        return true;
    }

    const Settings& settings_;
    Payloads& payloads_;
    Logs& logs_;
    custodian::IdSet ids_;  // of the proofs written
    custodian::IdSet leaves_;
    bool all_ok_ = true;
    bool checked_any_ = false;
    bool saw_checkpoint_ = false;
    std::set<std::string> missed_logs_;
};

// What a record's log was unknown for: a proof that the record carries needs a key alone.
void tell_missed_logs(const Verifier& verifier, const Logs& logs) {
    for (const std::string& name : verifier.missed_logs()) {
        cli::say_note(logs.knows(name) ? "hint: name the log '" + name + "' with --log"
                                       : "hint: the key of the log '" + name +
                                             "' is not known: give it with --log-key, as its owner's 'msh-key show "
                                             "--verifier' prints it");
    }
}

void tell_what_was_missing(const Verifier& verifier, const Payloads& payloads, const Logs& logs,
                           const custodian::Home& home) {
    if (!verifier.checked_any()) cli::say_note("no object records were read: nothing was checked");
    for (const std::string& note : payloads.notes())
        cli::say_note(note);
    if (!logs.empty() || home.has_keystore()) {
        tell_missed_logs(verifier, logs);
    } else if (!verifier.missed_logs().empty()) {
        std::error_code ignored;
        const bool has_log = fs::exists(home.log() / "checkpoint", ignored);
        cli::say_note("there is no keystore" + std::string(has_log ? "" : " and no log") + " in '" +
                      home.root().string() + "': name the log with --log" +
                      (has_log ? " and its key with --log-key" : ""));
    }
    for (const std::string& name : logs.lagging())
        cli::say_note("the log '" + name + "' is older than a checkpoint seen before");
    if (verifier.saw_checkpoint() && logs.without_witness()) {
        cli::say_note("no independent witness has cosigned the log, so it proves nothing about its owner");
    }
}

void add_options(cli::Options& options, Settings& settings) {
    options.values("--log", settings.logs, "PLACE",
                   "use the log in PLACE, a folder or a URL; may be repeated (default: your own log)",
                   cli::Role::input);
    options.values("--log-key", settings.log_keys, "VKEY",
                   "trust the verifier key VKEY for the log with its name; may be repeated");
    options.values(
        "--from", settings.places.from, "PLACE",
        "look for blocks in PLACE, a block store, local or on a web server, a CAR archive, or the URL of a "
        "gateway or of a node's RPC; may be repeated (default: your own store, and the targets in the keystore)",
        cli::Role::input);
    cli::add_network_options(options, settings.places.network);
    options.value("--proof", settings.proofs, "DIR",
                  "write a tlog-proof to DIR for each record that is included in its log", cli::Role::output_folder,
                  ".tlog-proof");
    options.value("-o,--output", settings.output, "FILE", "write the verdicts to FILE", cli::Role::output);
    cli::add_common_options(options, settings.common);
    options.operands(settings.files);
}

// What logs on web servers are read with.
class LogClient {
  public:
    explicit LogClient(const PlaceOptions& options) : options_(options) {}

    http::Client& operator()() {
        if (!client_)
            client_.emplace(http::limits_from_option(options_.network.timeout), cli::is_signalled,
                            options_.network.ca_file);
        return *client_;
    }

  private:
    const PlaceOptions& options_;
    std::optional<http::Client> client_;
};

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-verify",
                         "Check the payloads and log entries of object records; write a verdict for each.",
                         "[OPTION]... [FILE]...");
    add_options(options, settings);
    if (options.parse(argc, argv) == cli::Options::Outcome::help_shown) return cli::ExitCode::done;
    cli::apply(settings.common, options);

    const custodian::Home home(cli::home_folder(settings.common));
    const auto keystore = custodian::open_keystore_if_any(home);
    LogClient client(settings.places);
    Logs logs(home, keystore.get());
    for (const std::string& key : settings.log_keys)
        logs.add_key(key);
    for (const std::string& place : settings.logs)
        logs.add(place, std::ref(client));
    Payloads payloads(settings.places, home, keystore.get());
    Verifier verifier(settings, payloads, logs);
    cli::Output output(settings.output);
    cli::RecordLoop loop(settings.files, settings.common, output);
    const cli::ExitCode code = loop.run([&](cli::Batch& batch) { verifier(batch); });
    output.commit();
    tell_what_was_missing(verifier, payloads, logs, home);
    const bool nothing_read = !verifier.checked_any() && code == cli::ExitCode::done;
    return verifier.all_ok() && !nothing_read ? code : cli::ExitCode::no;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-verify", [&] { return run(argc, argv); });
}
