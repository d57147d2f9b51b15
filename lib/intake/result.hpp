// What came of an input.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "dicom/fault.hpp"
#include "intake/input.hpp"
#include "record/object.hpp"

namespace msh::intake {

enum class Outcome {
    encrypted,
    known,        // encrypted by an earlier run, or met twice
    older_rules,  // encrypted by an earlier run, under other rules
    refused,      // by policy
    unreadable,
    skipped,  // a link in a folder
};

// As in "older-rules".
[[nodiscard]] std::string_view to_string(Outcome outcome) noexcept;

// Why a file was not taken.
struct Failure {
    // `class_name` is for errors that are no dicom::Fault, which has a class of its own.
    explicit Failure(const Error& why, std::string_view class_name = "other");

    Error error;
    std::string_view class_name;  // a stable name, as in "pixel-text"
    dicom::FaultPlace place{};    // as far as it is known
    bool is_lasting = false;      // it depends on the content only, so the same file will fail again
    bool was_reported = false;    // by an earlier run
};

struct Result {
    Input input;
    Outcome outcome = Outcome::encrypted;
    std::optional<Failure> failure{};  // where it was refused or is unreadable
    record::Object record{};           // where there is one: the new or the earlier

    [[nodiscard]] bool has_record() const noexcept { return outcome <= Outcome::older_rules; }
};

struct Counts {
    std::uint64_t encrypted = 0;
    std::uint64_t known = 0;
    std::uint64_t older_rules = 0;
    std::uint64_t refused = 0;
    std::uint64_t unreadable = 0;
    std::uint64_t refused_before = 0;  // and reported by an earlier run
    std::uint64_t unreadable_before = 0;
    std::uint64_t links = 0;

    // `is_reported`: the failure is reported by this run.
    void add(const Result& result, bool is_reported) noexcept;
    [[nodiscard]] std::uint64_t failures() const noexcept { return refused + unreadable; }
};

}  // namespace msh::intake
