// A program's command line, by CLI11, whose header is slow to compile and stays in options.cpp.
//
//     Options options("msh-put", "Store payloads.", "[OPTION]... [FILE]...");
//     options.value("-o,--output", output, "FILE", "write to FILE", Role::output);
//     options.operands(files);
//     options.parse(argc, argv);
//
// Values that name files have a role, by which outputs are checked (cli/named_files.hpp): a FILE, DIR or PLACE without
// one is a std::logic_error. Operands are inputs unless said otherwise.
//
// A value stands behind "=" or in the next argument; nothing behind "=" is an empty value.
//
// --help and --version are there by themselves. A command line that is wrong is an Error (usage). Options that take
// several values are repeated, one value each.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/named_files.hpp"

namespace msh::cli {

class Options {
  public:
    Options(std::string program, std::string purpose, std::string synopsis);
    Options(const Options&) = delete;
    Options& operator=(const Options&) = delete;
    ~Options();

    void flag(const std::string& names, bool& target, const std::string& help);
    // With the ending of the names that the program makes up for files in the folder that the value is.
    void value(const std::string& names, std::optional<std::string>& target, const std::string& value_name,
               const std::string& help, Role role = Role::text, const std::string& made_up_ending = {});
    void values(const std::string& names, std::vector<std::string>& target, const std::string& value_name,
                const std::string& help, Role role = Role::text);
    // An option whose value can only be given behind "=" and may be left out, which means `implied`.
    void optional_value(const std::string& name, std::optional<std::string>& target, const std::string& implied,
                        const std::string& value_name, const std::string& help);
    void operands(std::vector<std::string>& target, Role role = Role::input);

    // A command of its own with its own options, as in `msh-key show`. One of them must be given; `chosen` is set.
    Options& command(const std::string& name, const std::string& help, const std::string& synopsis, bool& chosen);

    // More text at the end of --help.
    void epilogue(const std::string& text);

    enum class Outcome { run, help_shown };
    [[nodiscard]] Outcome parse(int argc, const char* const* argv);

    // What the command line that was parsed names, of the command that was chosen.
    [[nodiscard]] std::vector<NamedFile> named_files() const;

  private:
    struct State;
    explicit Options(std::unique_ptr<State> state);
    [[nodiscard]] std::string help() const;
    void name_each(const std::vector<std::string>& target, Role role, const std::string& label);
    enum class Kind { unknown, complete, with_value };  // complete: without the next argument
    [[nodiscard]] Kind kind_of(const std::string& name) const;
    [[nodiscard]] bool takes_value(const std::string& name) const;
    [[nodiscard]] std::vector<std::string> with_every_value(std::vector<std::string> arguments) const;
    void refuse_unknown_digits(const std::vector<std::string>& arguments) const;
    [[nodiscard]] Error usage_error(std::string message) const;
    std::unique_ptr<State> state_;
};

}  // namespace msh::cli
