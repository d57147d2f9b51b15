// The one exception type of msh. It is thrown where a step cannot go on, and turned into a message and an exit code in
// one place (cli/program.hpp). Outcomes a caller is expected to meet (not found, already there) are return values,
// not errors.
//
// A message is one line, lower case, without a full stop, and never holds patient data: no path of an input, no value
// of a DICOM element.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace msh {

enum class ErrorKind {
    failed,   // no single input is to blame: keystore, log, full disk; a later run completes
    usage,    // the command line is wrong
    input,    // this input is damaged or not what it claims to be
    refused,  // this input is sound, but policy keeps it out
    again,    // busy or unreachable now; trying later can help
};

class Error : public std::runtime_error {
  public:
    Error(ErrorKind kind, const std::string& message, std::string hint = {})
        : std::runtime_error(message), kind_(kind), hint_(std::move(hint)) {}

    [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
    [[nodiscard]] const std::string& hint() const noexcept { return hint_; }

  private:
    ErrorKind kind_;
    std::string hint_;
};

// An Error of kind `failed` whose message ends with the text of errno, as in "cannot sync the spool: No space left on
// device". Takes errno by value so that nothing in between can change it.
[[nodiscard]] Error system_error(const std::string& what, int error_number);

}  // namespace msh
