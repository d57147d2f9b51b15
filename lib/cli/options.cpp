#include "cli/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "cli/output.hpp"

namespace msh::cli {

struct Options::State {
    struct Entry {
        std::string left;  // "  -o, --output FILE"
        std::string help;
    };

    std::string program;
    std::string purpose;
    std::string synopsis;
    std::string end;
    std::vector<Entry> entries;
    std::vector<Entry> commands;
    std::vector<std::function<void(std::vector<NamedFile>&)>> named;  // each adds what its option names
    std::vector<std::pair<std::string, std::string>> bare;            // options that may come without a value
    std::unique_ptr<CLI::App> owned;
    CLI::App* app = nullptr;
    bool help = false;
    bool version = false;
    std::vector<std::unique_ptr<Options>> children;
};

namespace {

// "-o,--output" for people: "-o, --output"; a long option alone is indented to stand under the others.
std::string spelled(const std::string& names, const std::string& value_name) {
    std::string out = "  ";
    if (!names.starts_with("--")) {
        const std::size_t comma = names.find(',');
        out += names.substr(0, comma);
        if (comma != std::string::npos) out += ", " + names.substr(comma + 1);
    } else {
        out += "    " + names;
    }
    return out + value_name;
}

// What a command does stands in a list as words, and above its own options as a sentence.
std::string sentence(std::string text) {
    if (text.empty()) return text;
    if (text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text.ends_with('.') ? text : text + ".";
}

std::string first_name(const std::string& names) {
    return names.substr(0, names.find(','));
}

void require_role(const std::string& names, const std::string& value_name, Role role) {
    const bool names_a_file = value_name == "FILE" || value_name == "DIR" || value_name == "PLACE";
    if (names_a_file && role == Role::text) throw std::logic_error(names + " has no role");
}

// The text in lines of at most 79 columns, each but the first indented.
std::string wrapped(const std::string& text, std::size_t indent) {
    std::string out;
    std::size_t column = indent;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t space = std::min(text.find(' ', at), text.size());
        const std::string word = text.substr(at, space - at);
        if (column > indent && column + 1 + word.size() > 79) {
            out += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (column > indent) {
            out += " ";
            ++column;
        }
        out += word;
        column += word.size();
        at = space + 1;
    }
    return out;
}

// Each of its lines wrapped.
std::string with_short_lines(std::string_view text) {
    constexpr std::size_t longest = 79;
    std::string out;
    while (!text.empty()) {
        const std::string line(text.substr(0, text.find('\n')));
        out += (line.size() > longest ? wrapped(line, 0) : line) + "\n";
        text.remove_prefix(std::min(text.size(), line.size() + 1));
    }
    return out;
}

// Names an unknown option, but not its value, and no operand: they may hold a patient's name.
std::string extra_argument(const std::vector<std::string>& extra) {
    for (const std::string& argument : extra) {
        if (argument.size() > 1 && argument[0] == '-') {
            return "unknown option '" + argument.substr(0, argument.find('=')) + "'";
        }
    }
    return "too many operands";
}

// In place of CLI11's words, as "--accept: 1 required TEXT missing".
std::string number_of_values(const std::string& text) {
    const std::string name = text.substr(0, text.find(':'));
    return name + (text.ends_with(" missing") ? " needs a value" : " can be given only once");
}

}  // namespace

Options::Options(std::unique_ptr<State> state) : state_(std::move(state)) {
    flag("-h,--help", state_->help, "show this help and exit");
    flag("-V,--version", state_->version, "show the version and exit");
}

Options::Options(std::string program, std::string purpose, std::string synopsis) : state_(std::make_unique<State>()) {
    state_->program = std::move(program);
    state_->purpose = std::move(purpose);
    state_->synopsis = std::move(synopsis);
    state_->owned = std::make_unique<CLI::App>();
    state_->app = state_->owned.get();
    state_->app->set_help_flag();
    flag("-h,--help", state_->help, "show this help and exit");
    flag("-V,--version", state_->version, "show the version and exit");
}

Options::~Options() = default;

void Options::flag(const std::string& names, bool& target, const std::string& help) {
    state_->app->add_flag(names, target)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    state_->entries.push_back({spelled(names, ""), help});
}

void Options::value(const std::string& names, std::optional<std::string>& target, const std::string& value_name,
                    const std::string& help, Role role, const std::string& made_up_ending) {
    require_role(names, value_name, role);
    state_->app->add_option_function<std::string>(names, [&target](const std::string& text) { target = text; })
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::Throw);
    state_->entries.push_back({spelled(names, " " + value_name), help});
    if (role == Role::text) return;
    state_->named.emplace_back([&target, role, label = first_name(names), made_up_ending](std::vector<NamedFile>& out) {
        if (target) out.push_back({role, label, *target, made_up_ending});
    });
}

void Options::values(const std::string& names, std::vector<std::string>& target, const std::string& value_name,
                     const std::string& help, Role role) {
    require_role(names, value_name, role);
    state_->app->add_option(names, target)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->allow_extra_args(false);
    state_->entries.push_back({spelled(names, " " + value_name), help});
    name_each(target, role, first_name(names));
}

void Options::name_each(const std::vector<std::string>& target, Role role, const std::string& label) {
    if (role == Role::text) return;
    state_->named.emplace_back([&target, role, label](std::vector<NamedFile>& out) {
        for (const std::string& name : target)
            out.push_back({role, label, name});
    });
}

void Options::optional_value(const std::string& name, std::optional<std::string>& target, const std::string& implied,
                             const std::string& value_name, const std::string& help) {
    state_->app->add_option_function<std::string>(name, [&target](const std::string& text) { target = text; })
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::Throw);
    state_->bare.emplace_back(name, name + "=" + implied);
    state_->entries.push_back({spelled(name, "[=" + value_name + "]"), help});
}

void Options::operands(std::vector<std::string>& target, Role role) {
    state_->app->add_option("operands", target);
    name_each(target, role, "FILE");
}

Options& Options::command(const std::string& name, const std::string& help, const std::string& synopsis, bool& chosen) {
    auto child = std::make_unique<State>();
    child->program = state_->program + " " + name;
    child->purpose = help;
    child->synopsis = synopsis;
    child->app = state_->app->add_subcommand(name);
    child->app->set_help_flag();
    child->app->parse_complete_callback([&chosen] { chosen = true; });
    state_->app->require_subcommand(0, 1);
    state_->commands.push_back({"  " + name + (synopsis.empty() ? "" : " " + synopsis), help});
    state_->children.push_back(std::unique_ptr<Options>(new Options(std::move(child))));
    return *state_->children.back();
}

void Options::epilogue(const std::string& text) {
    state_->end = text;
}

std::string Options::help() const {
    constexpr std::size_t indent = 30;
    std::string out = "Usage: " + state_->program + " " + state_->synopsis + "\n" + sentence(state_->purpose) + "\n";
    const auto list = [&](const std::vector<State::Entry>& entries) {
        for (const auto& [left, help] : entries) {
            out += left;
            if (left.size() + 2 > indent) {
                out += "\n" + std::string(indent, ' ');
            } else {
                out.append(indent - left.size(), ' ');
            }
            out += wrapped(help, indent) + "\n";
        }
    };
    if (!state_->commands.empty()) {
        out += "\nCommands:\n";
        list(state_->commands);
    }
    out += "\nOptions:\n";
    list(state_->entries);
    if (!state_->end.empty()) out += "\n" + with_short_lines(state_->end);
    return out;
}

Error Options::usage_error(std::string message) const {
    std::replace(message.begin(), message.end(), '\n', ' ');
    return {ErrorKind::usage, message, "try '" + state_->program + " --help'"};
}

// Whether the option can have a value, here or in one of the commands.
bool Options::takes_value(const std::string& name) const {
    const CLI::Option* option = state_->app->get_option_no_throw(name);
    if (option != nullptr && option->get_items_expected_max() > 0) return true;
    return std::any_of(state_->children.begin(), state_->children.end(),
                       [&](const auto& child) { return child->takes_value(name); });
}

// What a name like "-o" or "--output" is to this program or one of its commands.
Options::Kind Options::kind_of(const std::string& name) const {
    const bool may_be_bare =
        std::any_of(state_->bare.begin(), state_->bare.end(), [&](const auto& option) { return option.first == name; });
    if (may_be_bare) return Kind::complete;
    if (const CLI::Option* option = state_->app->get_option_no_throw(name)) {
        return option->get_items_expected_max() > 0 ? Kind::with_value : Kind::complete;
    }
    for (const auto& child : state_->children) {
        const Kind kind = child->kind_of(name);
        if (kind != Kind::unknown) return kind;
    }
    return Kind::unknown;
}

// CLI11 takes what begins with "-" and a digit for a number, and so for an operand, unless it is a declared option.
void Options::refuse_unknown_digits(const std::vector<std::string>& arguments) const {
    for (std::size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
        const std::string& argument = arguments[i];
        if (argument.starts_with("--")) {
            if (kind_of(argument) == Kind::with_value) ++i;
            continue;
        }
        if (!argument.starts_with('-')) continue;
        for (std::size_t at = 1; at < argument.size(); ++at) {
            const std::string name = {'-', argument[at]};
            const Kind kind = kind_of(name);
            if (kind == Kind::unknown && argument[at] >= '0' && argument[at] <= '9') {
                throw usage_error("unknown option '" + name + "'");
            }
            if (kind == Kind::with_value && at + 1 == argument.size()) ++i;
            if (kind != Kind::complete) break;  // the rest is its value, or unknown as well, which CLI11 notices
        }
    }
}

// CLI11 takes the next argument for the value where nothing stands behind "=".
std::vector<std::string> Options::with_every_value(std::vector<std::string> arguments) const {
    std::vector<std::string> out;
    bool still_options = true;
    bool is_value = false;  // of the option before it
    for (std::string& argument : arguments) {
        if (is_value || !still_options) {
            is_value = false;
            out.push_back(std::move(argument));
            continue;
        }
        still_options = argument != "--";
        for (const auto& [name, whole] : state_->bare) {
            if (argument == name) argument = whole;
        }
        const bool is_long = argument.starts_with("--");
        is_value = is_long && kind_of(argument) == Kind::with_value;
        const std::string name = argument.substr(0, argument.size() - 1);
        const bool is_empty = is_long && argument.ends_with('=') && kind_of(name) != Kind::unknown;
        if (!is_empty) {
            out.push_back(std::move(argument));
            continue;
        }
        out.push_back(name);
        if (!takes_value(name)) throw usage_error("a value was given to an option that takes none");
        out.emplace_back();
    }
    return out;
}

Options::Outcome Options::parse(int argc, const char* const* argv) {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    refuse_unknown_digits(arguments);
    arguments = with_every_value(std::move(arguments));
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
    try {
        state_->app->parse(arguments);
    } catch (const CLI::ExtrasError&) {
        throw usage_error(extra_argument(state_->app->remaining(true)));
    } catch (const CLI::ConversionError&) {  // its text repeats the value
        throw usage_error("a value was given to an option that takes none");
    } catch (const CLI::ArgumentMismatch& error) {
        throw usage_error(number_of_values(error.what()));
    } catch (const CLI::ParseError& error) {
        throw usage_error(error.what());
    }
    const Options* shown = state_->help ? this : nullptr;
    bool version = state_->version;
    for (const auto& child : state_->children) {
        if (child->state_->help) shown = child.get();
        version = version || child->state_->version;
    }
    if (shown == nullptr && !version) return Outcome::run;
    const std::string text = shown != nullptr ? shown->help() : state_->program + " (msh) " MSH_VERSION "\n";
    Output output(std::nullopt);
    output.put(text);
    output.commit();
    return Outcome::help_shown;
}

std::vector<NamedFile> Options::named_files() const {
    std::vector<NamedFile> out;
    for (const auto& add : state_->named)
        add(out);
    for (const auto& child : state_->children) {
        if (!child->state_->app->parsed()) continue;
        for (NamedFile& file : child->named_files())
            out.push_back(std::move(file));
    }
    return out;
}

}  // namespace msh::cli
