#include "granting/summary.hpp"

#include "base/clock.hpp"

namespace msh::granting {
namespace {

std::string counted(std::uint64_t count, const char* one, const char* many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

}  // namespace

void note_granted(Program& program, const Summary& summary, const std::string& how) {
    program.note("granted " + counted(summary.objects, "object", "objects") + " of " +
                 counted(summary.studies, "study", "studies") + " to " +
                 counted(summary.recipients, "recipient", "recipients") + ", " + how);
}

std::string end_text(std::optional<std::int64_t> not_after) {
    return not_after ? "until " + to_rfc3339(*not_after) : "without end";
}

}  // namespace msh::granting
