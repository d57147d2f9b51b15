#include "storage/directories.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/encoding.hpp"
#include "ipfs/dag_pb.hpp"
#include "ipfs/unixfs.hpp"

namespace msh::storage {
namespace {

constexpr std::size_t studies_a_commit = 1024;

std::string record_of(const std::string& study, const ipfs::Cid& cid, std::size_t entries) {
    return R"({"msh":1,"type":"directory","study":")" + study + R"(","cid":")" + cid.text() + R"(","entries":)" +
           std::to_string(entries) + "}";
}

}  // namespace

Directories::Directories(TargetSet& targets, Program& program, Output output)
    : targets_(targets), program_(program), output_(std::move(output)) {}

void Directories::add(std::span<const Request> requests) {
    for (const Request& request : requests) {
        if (!request.cid) continue;
        const record::Object& object = request.object;
        const std::uint64_t size = ipfs::total_size(ipfs::unixfs_v1_2025, object.payload.size);
        entries_.push_back({object.study, object.id, *request.cid, size});
    }
}

bool Directories::put() {
    bool all_well = true;
    std::sort(entries_.begin(), entries_.end());
    entries_.erase(std::unique(entries_.begin(), entries_.end()), entries_.end());
    for (auto begin = entries_.cbegin(); begin != entries_.cend();) {
        const auto end =
            std::find_if(begin, entries_.cend(), [&](const Entry& one) { return one.study != begin->study; });
        all_well = put_study(begin, end) && all_well;
        begin = end;
        if (taken_.size() == studies_a_commit) commit();
        program_.stop_if_signalled();
    }
    commit();
    tell_missing();
    return all_well;
}

bool Directories::put_study(const Entries::const_iterator& begin, const Entries::const_iterator& end) {
    const std::string study = to_hex(begin->study);
    std::vector<ipfs::Link> links;
    links.reserve(static_cast<std::size_t>(end - begin));
    std::transform(begin, end, std::back_inserter(links), [](const Entry& entry) {
        return ipfs::Link{entry.cid, to_hex(entry.object), entry.total_size};
    });
    std::optional<ipfs::Cid> cid;
    try {
        for (Target* const target : targets_.all())
            targets_.attempt(*target, [&] { cid = target->store_directory(links); });
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::input) throw;
        program_.error(Error(error.kind(), "study " + study + " has no directory: " + error.what()));
        return false;
    }
    if (cid) taken_.push_back({*cid, record_of(study, *cid, links.size())});
    return cid.has_value();
}

void Directories::commit() {
    if (taken_.empty()) return;
    const TargetSet::Refused refused = targets_.commit();
    std::vector<std::string> records;
    for (Taken& taken : std::exchange(taken_, {})) {
        if (is_kept(taken, refused)) records.push_back(std::move(taken.record));
    }
    output_.write(records);
}

// Whether enough targets have it.
bool Directories::is_kept(const Taken& taken, const TargetSet::Refused& refused) {
    std::optional<Error> why;
    std::size_t lacking = 0;
    for (const Target* const target : targets_.all()) {
        if (const auto refusal = why_refused(refused, *target, taken.root)) {
            why = refusal;
        } else if (!targets_.loss(*target)) {
            continue;
        }
        ++lacking;
        ++lacking_[target];
    }
    if (lacking <= targets_.spare()) return true;
    may_go_better_ = true;
    if (why) output_.refused(*why);
    return false;
}

void Directories::tell_missing() const {
    for (const Target* const target : targets_.all()) {
        const auto found = lacking_.find(target);
        if (found == lacking_.end() || targets_.spare() == 0) continue;
        program_.warn(std::to_string(found->second) + (found->second == 1 ? " directory is" : " directories are") +
                      " missing in " + target->label());
    }
}

}  // namespace msh::storage
