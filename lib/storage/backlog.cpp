#include "storage/backlog.hpp"

#include <string>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "json/line.hpp"
#include "keystore/targets.hpp"
#include "storage/request.hpp"

namespace msh::storage {

bool Backlog::send() {
    bool all_well = true;
    if (keystore_ == nullptr) return all_well;
    for (Target* const target : targets_.all())
        all_well = send(*target) && all_well;
    return all_well;
}

// The records have left already: a failure here ends this target only, and the next run continues with it.
bool Backlog::send(Target& target) {
    const auto name = target.keystore_name();
    if (!name) return true;
    bool all_well = true;
    std::int64_t after = 0;
    while (!targets_.loss(target)) {
        std::vector<record::Object> objects;
        after = keystore::Targets(*keystore_).read_missing(*name, after, [&](const record::Object& object) {
            objects.push_back(object);
        });
        if (objects.empty()) break;
        try {
            all_well = send(target, objects) && all_well;
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::again && error.kind() != ErrorKind::failed) throw;
            program_.stop_if_signalled();
            program_.error(error);
            (error.kind() == ErrorKind::again ? may_go_better_ : has_failed_) = true;
            return false;
        }
        program_.stop_if_signalled();
    }
    return all_well;
}

bool Backlog::send(Target& target, const std::vector<record::Object>& objects) {
    std::vector<json::Line> lines;
    std::vector<Request> requests;
    lines.reserve(objects.size());
    for (const record::Object& object : objects) {
        lines.push_back(json::Line::parse(record::to_json(object)));
        requests.push_back({object, lines.back()});
    }
    putter_.put(requests, {&target});
    bool all_well = true;
    for (const Request& request : requests) {
        if (!request.error) continue;
        all_well = false;
        const Error& error = *request.error;
        const bool is_new = hints_.insert(error.hint()).second;
        program_.error(Error(error.kind(), "object " + to_hex(request.object.id) + ": " + error.what(),
                             is_new ? error.hint() : std::string()));
    }
    return all_well;
}

void Backlog::tell() const {
    for (const Target* const target : targets_.all()) {
        const auto name = target->keystore_name();
        std::uint64_t count = putter_.unnoted(*target);
        if (keystore_ != nullptr && name) count += keystore::Targets(*keystore_).count_missing(*name);
        if (count == 0) continue;
        const std::string payloads = count == 1 ? " payload is" : " payloads are";
        program_.warn(std::to_string(count) + payloads + " still missing in " + target->label());
    }
}

}  // namespace msh::storage
