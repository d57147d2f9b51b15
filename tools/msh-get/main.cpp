// msh-get: fetches payloads from any number of sources, every block verified, and tells where it put them.
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "cli/common.hpp"
#include "cli/program.hpp"
#include "cli/progress.hpp"
#include "cli/range.hpp"
#include "cli/record_loop.hpp"
#include "cli/repeated_errors.hpp"
#include "cli/requests.hpp"
#include "cli/signals.hpp"
#include "custodian/home.hpp"
#include "custodian/run_folder.hpp"
#include "http/secret_header.hpp"
#include "http/url.hpp"
#include "rate_display.hpp"
#include "settings.hpp"
#include "storage/availability.hpp"
#include "storage/getter.hpp"
#include "storage/node_target.hpp"
#include "storage/payload_sources.hpp"
#include "storage/store_target.hpp"

namespace {

using namespace msh;

// What --repair names, a block store or the URL of a node's RPC.
std::unique_ptr<storage::Target> open_target(const std::string& place, const custodian::Home& home,
                                             const http::ServerAddress& address, http::Client& client) {
    std::unique_ptr<storage::Target> target;
    if (http::is_url(place)) {
        target = std::make_unique<storage::NodeTarget>(address, client, cli::this_program());
    } else {
        target = std::make_unique<storage::StoreTarget>(place, home.store(), cli::is_signalled);
    }
    target->open(false);
    return target;
}

void get_batch(cli::Batch& batch, storage::Getter& getter) {
    cli::Requests<storage::FetchRequest> requests(batch);
    getter.get(requests.all());
    requests.settle([](cli::Item& item, const auto& request) { item.dropped = request.is_only_counted; });
}

cli::ExitCode get(const Settings& settings, const custodian::Home& home, storage::PayloadSources& sources,
                  cli::RecordLoop& loop) {
    const auto begin = std::chrono::steady_clock::now();
    cli::Progress progress("files", settings.common.quiet);
    storage::Getter getter(home, sources, cli::parse_range(settings.range), cli::this_program(),
                           [&](const record::Object& object) { progress.add(1, object.payload.size); });
    loop.show_no_progress();
    const cli::ExitCode code = loop.run([&](cli::Batch& batch) {
        sources.open();
        const RateDisplay display(progress, sources.fetcher(), begin);
        get_batch(batch, getter);
    });
    getter.report_unfetched();
    if (getter.was_refused()) return cli::ExitCode::failed;
    return getter.may_go_better() ? cli::ExitCode::again : code;
}

void find_batch(cli::Batch& batch, storage::Availability& availability, storage::Target* repaired) {
    cli::Requests<storage::AvailabilityRequest> requests(batch);
    availability.find(requests.all(), repaired);
    requests.settle([](cli::Item& item, const auto& request) { item.result = request.line; });
}

cli::ExitCode find_states(const Settings& settings, const custodian::Home& home, const SecretBytes* header,
                          storage::PayloadSources& sources, cli::RecordLoop& loop) {
    cli::RepeatedErrors refusals;
    storage::Availability availability(sources, cli::this_program(), [&](const Error& why) { refusals.say("", why); });
    std::unique_ptr<storage::Target> target;
    const cli::ExitCode code = loop.run([&](cli::Batch& batch) {
        batch.drop_other_types();
        sources.open();
        if (settings.repair && !target) {
            target = open_target(*settings.repair, home, {*settings.repair, header, settings.network.insecure},
                                 sources.client());
        }
        find_batch(batch, availability, target.get());
    });
    if (code != cli::ExitCode::done) return code;
    if (availability.was_refused()) return cli::ExitCode::failed;
    if (availability.may_go_better()) return cli::ExitCode::again;
    return availability.is_any_missing() ? cli::ExitCode::no : cli::ExitCode::done;
}

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-get", "Fetch the payloads of object records, and add their paths.",
                         "[OPTION]... [FILE]...");
    add_options(options, settings);
    if (!cli::read_command_line(options, settings.common, argc, argv)) return cli::ExitCode::done;
    require_one_task(settings);

    const custodian::Home home(cli::home_folder(settings.common));
    home.make();
    custodian::sweep_fetched(home.fetched());
    cli::Output output(settings.output);
    cli::RecordLoop loop(settings.files, settings.common, output);
    std::optional<SecretBytes> header;
    if (settings.network.header_file) header = http::read_header_file(*settings.network.header_file);
    const SecretBytes* const header_or_null = header ? &*header : nullptr;
    storage::PayloadSources sources(source_options(settings, home, header_or_null), cli::this_program());
    const cli::ExitCode code = settings.asks_for_states() ? find_states(settings, home, header_or_null, sources, loop)
                                                          : get(settings, home, sources, loop);
    output.commit();
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-get", [&] { return run(argc, argv); });
}
