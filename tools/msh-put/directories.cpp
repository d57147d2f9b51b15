#include "directories.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "cli/messages.hpp"
#include "cli/signals.hpp"
#include "ipfs/unixfs.hpp"
#include "json/line.hpp"

namespace msh {
namespace {

constexpr std::size_t studies_a_sync = 1024;

ipfs::Cid cid_of(const json::Line& line) {
    const std::string_view json = line.json_of("payload.cid").value_or("");
    const auto cid = json.size() < 2 ? std::nullopt : ipfs::Cid::parse(json.substr(1, json.size() - 2));
    if (!cid) throw Error(ErrorKind::failed, "a payload was put without a CID");
    return *cid;
}

std::optional<ipfs::Cid> put_one(const std::string& study, const std::vector<ipfs::Link>& links,
                                 storage::TargetSet& targets) {
    try {
        std::optional<ipfs::Cid> cid;
        for (storage::Target* const target : targets.all())
            targets.attempt(*target, [&] { cid = target->store_directory(links); });
        return cid;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::input) throw;
        cli::say(Error(error.kind(), "study " + study + " has no directory: " + error.what()));
        return std::nullopt;
    }
}

std::string record_of(const std::string& study, const ipfs::Cid& cid, std::size_t entries) {
    return R"({"msh":1,"type":"directory","study":")" + study + R"(","cid":")" + cid.text() + R"(","entries":)" +
           std::to_string(entries) + "}";
}

}  // namespace

void Directories::add(cli::Batch& batch) {
    for (const cli::Item* item : batch.objects()) {
        const record::Object& object = *item->object;
        const std::uint64_t size = ipfs::total_size(ipfs::unixfs_v1_2025, object.payload.size);
        entries_.push_back({object.study, object.id, cid_of(item->line), size});
    }
}

cli::ExitCode Directories::put(storage::TargetSet& targets, cli::Output& output) {
    bool all_well = true;
    std::sort(entries_.begin(), entries_.end());
    entries_.erase(std::unique(entries_.begin(), entries_.end()), entries_.end());
    for (auto begin = entries_.cbegin(); begin != entries_.cend();) {
        const std::string study = to_hex(begin->study);
        const auto end =
            std::find_if(begin, entries_.cend(), [&](const Entry& one) { return one.study != begin->study; });
        std::vector<ipfs::Link> links;
        links.reserve(static_cast<std::size_t>(end - begin));
        std::transform(begin, end, std::back_inserter(links), [](const Entry& entry) {
            return ipfs::Link{entry.cid, to_hex(entry.object), entry.total_size};
        });
        begin = end;
        if (const auto cid = put_one(study, links, targets)) {
            taken_.push_back({*cid, record_of(study, *cid, links.size())});
        } else {
            all_well = false;
        }
        if (taken_.size() == studies_a_sync) settle(targets, output);
        cli::stop_if_signalled();
    }
    settle(targets, output);
    tell_missing(targets);
    if (may_go_better_) return cli::ExitCode::again;
    return all_well ? cli::ExitCode::done : cli::ExitCode::bad_input;
}

void Directories::settle(storage::TargetSet& targets, cli::Output& output) {
    if (taken_.empty()) return;
    const storage::TargetSet::Refused refused = targets.commit();
    for (const Taken& taken : std::exchange(taken_, {})) {
        std::optional<Error> why;
        std::size_t lacking = 0;
        for (const storage::Target* const target : targets.all()) {
            if (const auto refusal = why_refused(refused, *target, taken.root)) {
                why = refusal;
            } else if (!targets.loss(*target)) {
                continue;
            }
            ++lacking;
            ++lacking_[target];
        }
        if (lacking <= targets.spare()) {
            output.put_line(taken.record);
            continue;
        }
        may_go_better_ = true;
        if (why) errors_.say("", *why);
    }
    output.flush();
}

void Directories::tell_missing(const storage::TargetSet& targets) const {
    for (const storage::Target* const target : targets.all()) {
        const auto found = lacking_.find(target);
        if (found == lacking_.end() || targets.spare() == 0) continue;
        cli::say_warning(std::to_string(found->second) + (found->second == 1 ? " directory is" : " directories are") +
                         " missing in " + target->label());
    }
}

}  // namespace msh
