// Where a program's result goes: standard output, or the file of -o, which appears under its name only when it is
// whole. What is put is held until flush(), so that nothing is promised before it is durable. On a
// terminal, text is made printable (base/text.hpp), since it may come from others.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "base/temporary_file.hpp"

namespace msh::cli {

class Output {
  public:
    // Without a file name (or with "-"): standard output. What is there and is no regular file, a device or a pipe, is
    // written to and never replaced.
    explicit Output(const std::optional<std::string>& file, mode_t mode = 0666);

    // Whether a person reads it.
    [[nodiscard]] bool is_terminal() const noexcept { return is_terminal_; }

    // Whether it is, or would take the place of, this file: for inputs that are named only while the program runs.
    // Those of the command line were compared before (cli/named_files.hpp).
    [[nodiscard]] bool is_file(const std::filesystem::path& input) const;

    void put(std::string_view text) { held_.append(text); }
    void put_line(std::string_view text, char end = '\n') {
        held_.append(text);
        held_.push_back(end);
    }
    // Writes what is held. Error (failed) when it cannot be written.
    void flush();
    // The end: flushes, and gives the file its name.
    void commit();

  private:
    [[nodiscard]] int fd() const;

    bool is_terminal_ = false;
    std::unique_ptr<AtomicFile> file_;
    FileDescriptor special_;
    std::string held_;
};

}  // namespace msh::cli
