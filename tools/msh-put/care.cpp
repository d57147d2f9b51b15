#include "care.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "cli/messages.hpp"
#include "cli/program.hpp"
#include "cli/progress.hpp"
#include "cli/signals.hpp"
#include "custodian/custodian.hpp"
#include "ipfs/block_store.hpp"
#include "keystore/targets.hpp"
#include "nodes/open_sources.hpp"
#include "storage/block_report.hpp"
#include "storage/store_check.hpp"
#include "storage/target_name.hpp"
#include "storage/unneeded_blocks.hpp"

namespace msh {
namespace fs = std::filesystem;
namespace {

class Report final : public storage::BlockReport {
  public:
    Report(cli::Output& output, bool quiet) : output_(output), progress_("blocks", quiet) {}
    void tell(const ipfs::Cid& cid, std::string_view state) override {
        output_.put_line(cid.text() + " " + std::string(state));
    }
    void flush() override { output_.flush(); }
    void count(std::uint64_t bytes) override { progress_.add(1, bytes); }

  private:
    cli::Output& output_;
    cli::Progress progress_;
};

// A store that is gone can be made again by a repair alone.
void require_store(const fs::path& folder, bool is_repair, bool has_payloads) {
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored) && !(is_repair && has_payloads)) {
        throw Error(ErrorKind::failed, "'" + folder.string() + "' is not a block store",
                    has_payloads ? "payloads were put into it: --repair makes it again" : "");
    }
    nodes::refuse_home(folder);
}

cli::ExitCode verdict(const storage::StoreCheck::Result& result) {
    std::string text = count_of(result.blocks, "block") + " read";
    if (result.repaired > 0) text += ", " + std::to_string(result.repaired) + " repaired";
    if (result.bad > 0) text += ", " + std::to_string(result.bad) + " damaged or absent";
    cli::say_note(text);
    if (result.was_refused) return cli::ExitCode::failed;
    if (result.may_go_better) return cli::ExitCode::again;
    return result.bad == 0 ? cli::ExitCode::done : cli::ExitCode::no;
}

cli::ExitCode repair(const Settings& settings, storage::StoreCheck& check) {
    nodes::OpenSources sources({.limits = http::limits_from_option(settings.targets.network.timeout),
                                .is_over = cli::is_signalled,
                                .ca_file = settings.targets.network.ca_file});
    for (const std::string& place : settings.from)
        cli::say_warning(sources.open(place));
    return verdict(check.repair(*sources.fetcher(cli::say_warning)));
}

cli::ExitCode collect(storage::UnneededBlocks& unneeded, bool remove) {
    const auto result =
        unneeded.collect(remove ? storage::UnneededBlocks::Then::remove : storage::UnneededBlocks::Then::list);
    cli::say_note(count_of(result.blocks, "block") + ", " + cli::readable_size(result.bytes) +
                  (remove ? ", removed" : ", unneeded"));
    if (!remove && result.blocks > 0) cli::say_note("hint: --remove removes them");
    return cli::ExitCode::done;
}

}  // namespace

cli::ExitCode care_for_store(const Settings& settings, const custodian::Home& home, cli::Output& output) {
    const fs::path folder = settings.targets.stores.empty() ? home.store() : fs::path(settings.targets.stores.front());
    const std::string name = storage::store_name(folder, home.store());
    const auto keystore = custodian::open_keystore_if_any(home);
    require_store(folder, settings.repair, keystore && keystore::Targets(*keystore).has_any(name));
    ipfs::BlockStore store(folder, settings.check ? ipfs::BlockStore::Access::read : ipfs::BlockStore::Access::write);
    Report report(output, settings.common.quiet);
    if (settings.collect) {
        if (!keystore) throw Error(ErrorKind::failed, "without a keystore nobody knows which blocks are needed");
        storage::UnneededBlocks unneeded(store, name, *keystore, cli::this_program(), report);
        return collect(unneeded, settings.remove);
    }
    storage::StoreCheck check(store, name, keystore.get(), cli::this_program(), report);
    return settings.repair ? repair(settings, check) : verdict(check.run());
}

}  // namespace msh
