#include "sources.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cli/messages.hpp"
#include "cli/signals.hpp"
#include "http/secret_header.hpp"

namespace msh {
namespace fs = std::filesystem;
namespace {

// --from, else MSH_SOURCES, else the own store.
std::vector<std::string> source_names(const SourceOptions& options, const custodian::Home& home) {
    if (!options.from.empty()) return options.from;
    std::vector<std::string> names;
    const char* listed = std::getenv("MSH_SOURCES");
    std::istringstream lines(listed != nullptr ? listed : "");
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty()) names.push_back(line);
    }
    if (names.empty()) names.push_back(home.store().string());
    return names;
}

std::optional<SecretBytes> read_header(const SourceOptions& options) {
    if (!options.header_file) return std::nullopt;
    return http::read_header_file(*options.header_file);
}

}  // namespace

void add_source_options(cli::Options& options, SourceOptions& sources) {
    options.values(
        "--from", sources.from, "PLACE",
        "fetch from PLACE: a folder of blocks, a CAR archive, or the URL of a gateway or of a node's RPC; may "
        "be repeated (default: $MSH_SOURCES, one a line, else the own store)");
    options.value("--header-file", sources.header_file, "FILE",
                  "show each node's RPC the header in FILE, as in 'Authorization: Bearer TOKEN'");
    options.flag("--insecure", sources.insecure, "use the RPC of other machines over plain http");
    options.value("--timeout", sources.timeout, "SECONDS",
                  "give up on a gateway that sends nothing for so long (default: 20, 10 to connect)");
}

Sources::Sources(const SourceOptions& options, const custodian::Home& home)
    : own_store_(home.store()),
      names_(source_names(options, home)),
      header_(read_header(options)),
      open_({.limits = http::limits_of(options.timeout),
             .is_over = [] { return cli::caught_signal() != 0; },
             .header = header_ ? &*header_ : nullptr,
             .may_be_exposed = options.insecure}) {}

void Sources::open() {
    if (!open_.empty()) return;
    std::error_code ignored;
    for (const std::string& name : names_) {
        if (name == own_store_ && !fs::is_directory(own_store_, ignored)) {
            throw Error(ErrorKind::failed, "'" + name + "' is not a folder of blocks",
                        "name the sender's store with --from or MSH_SOURCES");
        }
        cli::say_warning(open_.open(name));
    }
    fetcher_ = open_.fetcher([](const std::string& text) {
        if (cli::caught_signal() == 0) cli::say_warning(text);
    });
}

unsigned Sources::at_once() const {
    return fetcher_ ? std::max(worker_count(), fetcher_->at_once()) : worker_count();
}

}  // namespace msh
