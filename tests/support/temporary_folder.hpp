// A folder of its own for one test, removed when the test ends.
#pragma once

#include <filesystem>
#include <string>

namespace msh::test {

class TemporaryFolder {
  public:
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  private:
    std::filesystem::path path_;
};

// The folder of public test vectors (MSH_VECTORS, default ../shared/vectors); a test that finds no such folder skips.
[[nodiscard]] std::filesystem::path vectors(const std::string& name);

}  // namespace msh::test
