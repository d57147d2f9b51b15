// The file of --report: a line of JSON for each input, in their order, with what became of it. It holds paths, so it is
// readable by its owner alone.
//
//     InputReport report(settings.report);        // without a file name nothing is written
//     report.put(task, outcome);  ...             // lines are held back until flush()
//     report.commit();
//
// A run that ends early gives the file its name all the same, as far as it came: what it would say of a file that failed
// is wanted most then. Only a kill that cannot be caught leaves no file, and the former one as it was.
#pragma once

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

    void put(const Task& task);
    void flush();
    void commit();

  private:
    std::optional<cli::Output> file_;
};

}  // namespace msh
