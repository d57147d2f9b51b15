// msh-get: fetches payloads from block stores, CAR archives and gateways, every block verified, and tells where it put them.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sstream>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cli/common.hpp"
#include "cli/messages.hpp"
#include "cli/program.hpp"
#include "cli/record_loop.hpp"
#include "cli/signals.hpp"
#include "custodian/home.hpp"
#include "custodian/run_folder.hpp"
#include "http/client.hpp"
#include "ipfs/open_sources.hpp"
#include "ipfs/payload.hpp"

namespace {

using namespace msh;
namespace fs = std::filesystem;

struct Settings {
    cli::CommonOptions common;
    std::optional<std::string> output;
    std::vector<std::string> from;
    std::optional<std::string> timeout;
    std::vector<std::string> files;
};

// --from, else MSH_SOURCES, else the own store.
std::vector<std::string> source_names(const Settings& settings, const custodian::Home& home) {
    if (!settings.from.empty()) return settings.from;
    std::vector<std::string> names;
    const char* listed = std::getenv("MSH_SOURCES");
    std::istringstream lines(listed != nullptr ? listed : "");
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty()) names.push_back(line);
    }
    if (names.empty()) names.push_back(home.store().string());
    return names;
}

class Getter {
  public:
    Getter(const custodian::Home& home, std::vector<std::string> sources, const http::Limits& limits)
        : own_store_(home.store()), folder_(home.fetched()), names_(std::move(sources)), sources_(limits) {}

    void operator()(cli::Batch& batch) {
        if (sources_.empty()) open_sources();
        const std::vector<cli::Item*> items = batch.objects();
        const auto at_once = static_cast<unsigned>(std::max<std::size_t>(items.size(), 1));
        const unsigned workers = std::max(1U, worker_count() / at_once);
        parallel_for(items.size(), worker_count(), [&](std::size_t i) { fetch(*items[i], workers); });
    }

    // Whether a source did not answer as it should, so that trying again may help.
    [[nodiscard]] bool may_go_better() const noexcept { return may_go_better_; }

  private:
    // Not before there are records: in a pipeline the program before this one may have to make the store first.
    void open_sources() {
        std::error_code ignored;
        for (const std::string& name : names_) {
            if (name == own_store_ && !fs::is_directory(own_store_, ignored)) {
                throw Error(ErrorKind::failed, "'" + name + "' is not a folder of blocks",
                            "name the sender's store with --from or MSH_SOURCES");
            }
            cli::say_warning(sources_.open(name));
        }
    }

    void fetch(cli::Item& item, unsigned workers) {
        cli::stop_if_signalled();
        const record::Object& object = *item.object;
        try {
            const auto cid = ipfs::Cid::parse(object.payload.cid.value_or(""));
            if (!object.payload.cid) throw Error(ErrorKind::input, "'payload.cid' is missing", "run msh-put first");
            if (!cid) throw Error(ErrorKind::input, "'payload.cid' has no valid value");
            const auto place = folder_.place(object.id);
            ipfs::fetch_payload({*cid, object.payload.size}, sources_.list(), ipfs::unixfs_v1_2025, workers, place);
            item.line.set("payload.path", record::json_string(place.string()));
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::input && error.kind() != ErrorKind::again) throw;
            if (error.kind() == ErrorKind::again) may_go_better_ = true;
            item.fail(error);
        }
    }

    fs::path own_store_;
    custodian::RunFolder folder_;
    std::vector<std::string> names_;
    ipfs::OpenSources sources_;
    std::atomic<bool> may_go_better_{false};
};

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-get", "Fetch the payloads of object records, and add their paths.",
                         "[OPTION]... [FILE]...");
    options.values(
        "--from", settings.from, "PLACE",
        "fetch from PLACE: a folder of blocks, a CAR archive or the URL of a gateway; may be repeated (default: "
        "$MSH_SOURCES, one a line, else the own store)");
    options.value("--timeout", settings.timeout, "SECONDS",
                  "give up on a gateway that sends nothing for so long (default: 20, 10 to connect)");
    options.value("-o,--output", settings.output, "FILE", "write the records to FILE");
    cli::add_common_options(options, settings.common);
    options.operands(settings.files);
    if (options.parse(argc, argv) == cli::Options::Outcome::help_shown) return cli::ExitCode::done;
    cli::apply(settings.common);

    const custodian::Home home(cli::home_folder(settings.common));
    home.make();
    custodian::RunFolder::sweep(home.fetched(), [](const Id&) { return true; });
    Getter getter(home, source_names(settings, home), http::limits_of(settings.timeout));
    cli::Output output(settings.output);
    cli::RecordLoop loop(settings.files, settings.common, output);
    const cli::ExitCode code = loop.run([&](cli::Batch& batch) { getter(batch); });
    output.commit();
    return getter.may_go_better() ? cli::ExitCode::again : code;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-get", [&] { return run(argc, argv); });
}
