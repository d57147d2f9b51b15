// The sources that a command line or the environment names. They are opened when the first records come: in a pipeline
// the programs before may have to make them first.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "cli/options.hpp"
#include "custodian/home.hpp"
#include "ipfs/open_sources.hpp"

namespace msh {

struct SourceOptions {
    std::vector<std::string> from;
    std::optional<std::string> timeout;
    std::optional<std::string> header_file;
    bool insecure = false;
};

void add_source_options(cli::Options& options, SourceOptions& sources);

class Sources {
  public:
    Sources(const SourceOptions& options, const custodian::Home& home);

    // The first time alone does something. Error (failed) for one that cannot be opened.
    void open();

    [[nodiscard]] const ipfs::BlockSources& all() const noexcept { return open_.all(); }
    [[nodiscard]] const ipfs::BlockSources& near() const noexcept { return open_.near(); }
    [[nodiscard]] const std::vector<ipfs::OpenSources::Far>& far() const noexcept { return open_.far(); }
    // Where some are far.
    [[nodiscard]] ipfs::Fetcher* fetcher() const noexcept { return fetcher_.get(); }
    // How many payloads are worth fetching side by side.
    [[nodiscard]] unsigned at_once() const;

  private:
    std::filesystem::path own_store_;
    std::filesystem::path unfinished_;
    std::vector<std::string> names_;
    std::optional<SecretBytes> header_;
    ipfs::OpenSources open_;
    std::unique_ptr<ipfs::Fetcher> fetcher_;
};

}  // namespace msh
