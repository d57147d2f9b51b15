// The targets of msh-put, and the options that name them.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "cli/network_options.hpp"
#include "cli/options.hpp"
#include "custodian/home.hpp"
#include "http/client.hpp"
#include "nodes/kubo.hpp"
#include "storage/target.hpp"

namespace msh {

struct TargetOptions {
    std::vector<std::string> stores;
    std::optional<std::string> car;
    std::vector<std::string> nodes;
    std::optional<std::string> cluster;
    std::optional<std::string> pin_service;
    std::optional<std::string> token_file;
    cli::NetworkOptions network;
    std::optional<std::string> at_least;

    // How many targets have to take each payload; nothing means all. Error (usage) for an impossible number.
    [[nodiscard]] std::optional<std::size_t> least() const;
};

void add_target_options(cli::Options& options, TargetOptions& targets);

// Error (usage) where options contradict each other. `output` is the file of -o.
void require_targets(const TargetOptions& options, const std::optional<std::string>& output);

class OpenTargets {
  public:
    // Opens the targets: the own store, unless others are named. Errors as their constructors.
    OpenTargets(const TargetOptions& options, const custodian::Home& home);

    // Not owned; in the order in which they are to be settled.
    [[nodiscard]] const std::vector<std::unique_ptr<storage::Target>>& list() const noexcept { return list_; }

  private:
    void add_nodes(const TargetOptions& options);
    void add_service(const TargetOptions& options);
    [[nodiscard]] http::Client& client(const TargetOptions& options);

    std::unique_ptr<http::Client> client_;  // once something is asked over HTTP
    std::optional<SecretBytes> header_;
    std::optional<SecretBytes> token_;
    std::vector<nodes::Kubo*> nodes_;  // of the list
    std::vector<std::unique_ptr<storage::Target>> list_;
};

// Opens stores and nodes by the names that the keystore knows them by.
class NamedTargets {
  public:
    // Both must outlive it.
    NamedTargets(const TargetOptions& options, const custodian::Home& home) : options_(options), home_(home) {}

    // Of a target that payloads were put into. Errors as OpenTargets, and as Target::open().
    [[nodiscard]] std::unique_ptr<storage::Target> open(const std::string& name);

  private:
    const TargetOptions& options_;
    const custodian::Home& home_;
    std::unique_ptr<http::Client> client_;
};

}  // namespace msh
