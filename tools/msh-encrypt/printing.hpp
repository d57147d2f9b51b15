// What msh-encrypt writes: the records, the report, messages of failures, and the counts at the end.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "cli/common.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/repeated_errors.hpp"
#include "intake/result.hpp"
#include "intake/results.hpp"

namespace msh {

// The file of --report: a line of JSON for each input, in their order, with its outcome. It contains paths, so only its
// owner can read it.
//
// A run that fails commits the report of the inputs that it finished (by the destructor). After SIGKILL there is no
// report, and an earlier one is unchanged. Error (usage) for an empty name or "-", otherwise as cli::Output.
class InputReport {
  public:
    // Without a file name nothing is written.
    explicit InputReport(const std::optional<std::string>& file);
    InputReport(const InputReport&) = delete;
    InputReport& operator=(const InputReport&) = delete;
    ~InputReport();

    // Error (usage) where the report would take the place of this input. Then no file is written.
    void require_other(const std::filesystem::path& input);
    // Lines are held back until flush().
    void put(const intake::Result& result);
    void flush();
    void commit();

  private:
    std::optional<cli::Output> file_;
};

class Printer final : public intake::Results {
  public:
    // All must outlive it.
    Printer(cli::Output& output, InputReport& report, const cli::CommonOptions& common);

    void require_no_output(const std::filesystem::path& input) override;
    void put(const intake::Result& result) override;
    void report_failure(const intake::Result& result) override;
    void put_record(const record::Object& record) override;
    void flush() override;

  private:
    cli::Output& output_;
    InputReport& report_;
    bool show_paths_;
    cli::Progress progress_;
    cli::RepeatedErrors errors_;
};

void say_counts(const intake::Counts& counts);

}  // namespace msh
