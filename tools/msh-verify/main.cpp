// msh-verify: checks everything a record claims, and prints a verdict for each.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "auditing/log_set.hpp"
#include "auditing/proof_folder.hpp"
#include "auditing/verifier.hpp"
#include "auditing/web_log.hpp"
#include "base/error.hpp"
#include "cli/common.hpp"
#include "cli/network_options.hpp"
#include "cli/program.hpp"
#include "cli/record_loop.hpp"
#include "cli/signals.hpp"
#include "custodian/custodian.hpp"
#include "http/client.hpp"
#include "http/secret_header.hpp"
#include "notes.hpp"
#include "storage/payload_checker.hpp"

namespace {

using namespace msh;

struct Settings {
    cli::CommonOptions common;
    cli::NetworkOptions network;
    std::vector<std::string> from;
    std::optional<std::string> output;
    std::optional<std::string> proofs;
    std::vector<std::string> logs;
    std::vector<std::string> log_keys;
    std::vector<std::string> files;
};

void add_options(cli::Options& options, Settings& settings) {
    options.values("--log", settings.logs, "PLACE",
                   "use the log in PLACE, a folder or a URL; may be repeated (default: your own log)",
                   cli::Role::input);
    options.values("--log-key", settings.log_keys, "VKEY",
                   "trust the verifier key VKEY for the log with its name; may be repeated");
    options.values(
        "--from", settings.from, "PLACE",
        "look for blocks in PLACE, a block store, local or on a web server, a CAR archive, or the URL of a "
        "gateway or of a node's RPC; may be repeated (default: your own store, and the targets in the keystore)",
        cli::Role::input);
    cli::add_network_options(options, settings.network);
    options.value("--proof", settings.proofs, "DIR",
                  "write a tlog-proof to DIR for each record that is included in its log", cli::Role::output_folder,
                  ".tlog-proof");
    options.value("-o,--output", settings.output, "FILE", "write the verdicts to FILE", cli::Role::output);
    cli::add_common_options(options, settings.common);
    options.operands(settings.files);
}

void add_keys(auditing::LogKeys& keys, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
        const auto key = log::parse_verifier_key(text);
        if (!key) {
            throw Error(ErrorKind::usage, "--log-key needs a verifier key, as 'msh-key show --verifier' prints it");
        }
        keys.add(*key);
    }
}

// Reads logs on web servers.
class WebLogs {
  public:
    explicit WebLogs(const cli::NetworkOptions& network) : network_(network) {}

    log::ReadFile operator()(const std::string& url) {
        if (!client_) {
            client_.emplace(http::limits_from_option(network_.timeout), cli::is_signalled, network_.ca_file);
        }
        return auditing::files_at(url, [this](const http::Request& request) { return client_->ask(request); });
    }

  private:
    const cli::NetworkOptions& network_;
    std::optional<http::Client> client_;  // once there is a log to read
};

void verify(cli::Batch& batch, auditing::Verifier& verifier) {
    batch.drop_other_types();
    const std::vector<cli::Item*> items = batch.objects();
    std::vector<const record::Object*> objects;
    objects.reserve(items.size());
    for (const cli::Item* const item : items)
        objects.push_back(&*item->object);
    const auto results = verifier.verify(objects);
    for (std::size_t i = 0; i < items.size(); ++i) {
        items[i]->result = record::to_json(results[i].verdict);
        items[i]->error = results[i].error;
    }
}

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-verify",
                         "Check the payloads and log entries of object records; write a verdict for each.",
                         "[OPTION]... [FILE]...");
    add_options(options, settings);
    if (!cli::read_command_line(options, settings.common, argc, argv)) return cli::ExitCode::done;

    const custodian::Home home(cli::home_folder(settings.common));
    const auto keystore = custodian::open_keystore_if_any(home);
    auditing::LogKeys keys(keystore.get());
    add_keys(keys, settings.log_keys);
    WebLogs web_logs(settings.network);
    auditing::LogSet logs(home, keystore.get(), keys, std::ref(web_logs));
    for (const std::string& place : settings.logs)
        logs.add(place);
    std::optional<SecretBytes> header;
    if (settings.network.header_file) header = http::read_header_file(*settings.network.header_file);
    storage::PayloadChecker payloads({.from = settings.from,
                                      .sources = {.limits = http::limits_from_option(settings.network.timeout),
                                                  .ca_file = settings.network.ca_file,
                                                  .header = header ? &*header : nullptr,
                                                  .may_be_exposed = settings.network.insecure}},
                                     home, keystore.get(), cli::this_program());
    std::optional<auditing::ProofFolder> proofs;
    if (settings.proofs) proofs.emplace(*settings.proofs);
    auditing::Verifier verifier(payloads, logs, proofs ? &*proofs : nullptr);
    cli::Output output(settings.output);
    cli::RecordLoop loop(settings.files, settings.common, output);
    const cli::ExitCode code = loop.run([&](cli::Batch& batch) { verify(batch, verifier); });
    output.commit();
    say_what_was_missing(verifier, payloads, logs, home);
    const bool nothing_read = !verifier.checked_any() && code == cli::ExitCode::done;
    return verifier.all_ok() && !nothing_read ? code : cli::ExitCode::no;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-verify", [&] { return run(argc, argv); });
}
