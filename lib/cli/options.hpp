// A program's command line, by CLI11, whose header is slow to compile and stays in options.cpp.
//
//     Options options("msh-put", "Store payloads.", "[OPTION]... [FILE]...");
//     options.value("--store", store, "DIR", "store into DIR");
//     options.operands(files);
//     options.parse(argc, argv);
//
// --help and --version are there by themselves. A command line that is wrong is an Error (usage). Options that take
// several values are repeated, one value each.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace msh::cli {

class Options {
  public:
    Options(std::string program, std::string purpose, std::string synopsis);
    Options(const Options&) = delete;
    Options& operator=(const Options&) = delete;
    ~Options();

    void flag(const std::string& names, bool& target, const std::string& help);
    void value(const std::string& names, std::optional<std::string>& target, const std::string& value_name,
               const std::string& help);
    void values(const std::string& names, std::vector<std::string>& target, const std::string& value_name,
                const std::string& help);
    // An option whose value can only be given behind "=" and may be left out, which means `implied`.
    void optional_value(const std::string& name, std::optional<std::string>& target, const std::string& implied,
                        const std::string& value_name, const std::string& help);
    void operands(std::vector<std::string>& target);

    // A command of its own with its own options, as in `msh-key show`. One of them must be given; `chosen` is set.
    Options& command(const std::string& name, const std::string& help, const std::string& synopsis, bool& chosen);

    // More text at the end of --help.
    void epilogue(const std::string& text);

    enum class Outcome { run, help_shown };
    [[nodiscard]] Outcome parse(int argc, const char* const* argv);

  private:
    struct State;
    explicit Options(std::unique_ptr<State> state);
    [[nodiscard]] std::string help() const;
    enum class Kind { unknown, complete, with_value };  // complete: without the next argument
    [[nodiscard]] Kind kind_of(const std::string& name) const;
    void refuse_unknown_digits(const std::vector<std::string>& arguments) const;
    [[nodiscard]] Error usage_error(std::string message) const;
    std::unique_ptr<State> state_;
};

}  // namespace msh::cli
