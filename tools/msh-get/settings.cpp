#include "settings.hpp"

#include <cstdlib>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/range.hpp"
#include "http/client.hpp"

namespace msh {
namespace {

// --from, else MSH_SOURCES, else the routers alone, else the own store.
std::vector<std::string> places_of(const Settings& settings, const custodian::Home& home) {
    if (!settings.from.empty()) return settings.from;
    std::vector<std::string> places;
    const char* listed = std::getenv("MSH_SOURCES");
    for (const std::string_view line : edited_lines(listed != nullptr ? listed : "")) {
        if (!line.empty()) places.emplace_back(line);
    }
    if (places.empty() && settings.routers.empty()) places.push_back(home.store().string());
    return places;
}

}  // namespace

void add_options(cli::Options& options, Settings& settings) {
    options.values(
        "--from", settings.from, "PLACE",
        "fetch from PLACE: a block store, local or on a web server, a CAR archive, or the URL of a gateway or of a "
        "node's RPC; may be repeated (default: $MSH_SOURCES, one per line, or store/ in the home folder)",
        cli::Role::input);
    options.values("--router", settings.routers, "URL",
                   "also fetch from providers that the router at URL names (Delegated Routing V1); may be repeated");
    cli::add_network_options(options, settings.network);
    options.value("--range", settings.range, "OFFSET:LENGTH",
                  "fetch only what msh-decrypt --range needs for these bytes of each file");
    options.flag("--availability", settings.availability, "fetch nothing; print which sources have each payload");
    options.value("--repair", settings.repair, "PLACE",
                  "like --availability, and copy missing payloads to PLACE, a block store or the URL of a node's RPC",
                  cli::Role::block_store);
    options.value("-o,--output", settings.output, "FILE", "write the records to FILE", cli::Role::output);
    cli::add_common_options(options, settings.common);
    options.operands(settings.files);
}

void require_one_task(const Settings& settings) {
    if (settings.asks_for_states() && settings.range) {
        throw Error(ErrorKind::usage, "--availability, --repair and --range are mutually exclusive");
    }
    if (settings.repair == "") throw Error(ErrorKind::usage, "--repair: the name of the place is empty");
    (void)cli::parse_range(settings.range);
}

storage::PayloadSources::Options source_options(const Settings& settings, const custodian::Home& home,
                                                const SecretBytes* header) {
    return {.places = places_of(settings, home),
            .routers = settings.routers,
            .own_store = home.store(),
            .servers = {.limits = http::limits_from_option(settings.network.timeout),
                        .ca_file = settings.network.ca_file,
                        .header = header,
                        .may_be_exposed = settings.network.insecure,
                        .scope = settings.asks_for_states() ? ipfs::LookupScope::here : ipfs::LookupScope::around}};
}

}  // namespace msh
