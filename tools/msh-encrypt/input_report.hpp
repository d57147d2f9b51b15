// The file of --report: a line of JSON for each input, in their order, with its outcome. It contains paths, so only its
// owner can read it.
//
//     InputReport report(settings.report);        // without a file name nothing is written
//     report.put(task, outcome);  ...             // lines are held back until flush()
//     report.commit();
//
// A run that fails commits the report of the inputs that it finished (by the destructor). After SIGKILL there is no
// report, and an earlier one is unchanged. Error (usage) for an empty name or "-", otherwise as cli::Output.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "cli/output.hpp"
#include "task.hpp"

namespace msh {

class InputReport {
  public:
    explicit InputReport(const std::optional<std::string>& file);
    InputReport(const InputReport&) = delete;
    InputReport& operator=(const InputReport&) = delete;
    ~InputReport();

    // Error (usage) where the report would take the place of this input. Then no file is written.
    void require_other(const std::filesystem::path& input);
    void put(const Task& task);
    void flush();
    void commit();

  private:
    std::optional<cli::Output> file_;
};

}  // namespace msh
