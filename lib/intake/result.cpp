#include "intake/result.hpp"

#include <array>

namespace msh::intake {

std::string_view to_string(Outcome outcome) noexcept {
    constexpr std::array<std::string_view, 6> words{"encrypted", "known",      "older-rules",
                                                    "refused",   "unreadable", "skipped"};
    return words[static_cast<std::size_t>(outcome)];
}

Failure::Failure(const Error& why, std::string_view name) : error(why), class_name(name) {
    if (const auto* const fault = dynamic_cast<const dicom::Fault*>(&why)) {
        class_name = dicom::to_string(fault->fault_class());
        place = fault->place().value_or(dicom::FaultPlace());
        is_lasting = fault->is_of_content();
    }
}

void Counts::add(const Result& result, bool is_reported) noexcept {
    switch (result.outcome) {
        case Outcome::encrypted:
            ++encrypted;
            break;
        case Outcome::known:
            ++known;
            break;
        case Outcome::older_rules:
            ++older_rules;
            break;
        case Outcome::refused:
            ++(is_reported ? refused : refused_before);
            break;
        case Outcome::unreadable:
            ++(is_reported ? unreadable : unreadable_before);
            break;
        case Outcome::skipped:
            ++links;
            break;
    }
}

}  // namespace msh::intake
