#include "summary.hpp"

#include "base/clock.hpp"
#include "cli/messages.hpp"

namespace msh {
namespace {

std::string counted(std::uint64_t count, const char* one, const char* many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

}  // namespace

void say_granted(const Summary& summary, const std::string& how) {
    cli::say_note("granted " + counted(summary.objects, "object", "objects") + " of " +
                  counted(summary.studies, "study", "studies") + " to " +
                  counted(summary.recipients, "recipient", "recipients") + ", " + how);
}

std::string until(const std::optional<std::int64_t>& not_after) {
    return not_after ? "until " + to_rfc3339(*not_after) : "without end";
}

}  // namespace msh
