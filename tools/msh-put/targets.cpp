#include "targets.hpp"

#include <algorithm>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "cli/program.hpp"
#include "cli/signals.hpp"
#include "http/secret_header.hpp"
#include "storage/archive_target.hpp"
#include "storage/node_target.hpp"
#include "storage/service_target.hpp"
#include "storage/store_target.hpp"
#include "storage/target_name.hpp"

namespace msh {
namespace {

// With CRDT consensus, a peer that missed a pin learns of it from the next broadcast, which comes every minute.
constexpr std::chrono::seconds wait_for_peers{90};

bool is_standard_output(const std::string& file) {
    struct stat named {};
    struct stat output {};
    return file == "-" || (::stat(file.c_str(), &named) == 0 && ::fstat(STDOUT_FILENO, &output) == 0 &&
                           named.st_dev == output.st_dev && named.st_ino == output.st_ino);
}

void require_archive(const std::string& car, const std::optional<std::string>& output) {
    const bool writes_file = output && output != "-";
    if (is_standard_output(car) && !writes_file) {
        throw Error(ErrorKind::usage, "--car - writes to standard output, where the records go",
                    "write the records to a file with -o");
    }
    if (car == "-" && ::isatty(STDOUT_FILENO) == 1) {
        throw Error(ErrorKind::usage, "refusing to write an archive to a terminal");
    }
}

std::unique_ptr<http::Client> make_client(const TargetOptions& options) {
    return std::make_unique<http::Client>(http::limits_from_option(options.network.timeout), cli::is_signalled,
                                          options.network.ca_file);
}

const SecretBytes* address_of(const std::optional<SecretBytes>& header) {
    return header ? &*header : nullptr;
}

}  // namespace

void add_target_options(cli::Options& options, TargetOptions& targets) {
    options.values("--store", targets.stores, "DIR",
                   "store in the block store DIR; may be repeated (default: store/ in the home folder)",
                   cli::Role::block_store);
    options.value("--car", targets.car, "FILE", "write a CAR archive of all payloads; - is standard output",
                  cli::Role::output);
    options.values("--ipfs", targets.nodes, "URL",
                   "store in the IPFS node or cluster whose RPC is at URL; may be repeated");
    options.value("--cluster", targets.cluster, "URL",
                  "ask the cluster's REST API at URL whether all its peers have pinned each payload");
    options.value("--pin-service", targets.pin_service, "URL", "have the pinning service at URL pin each payload");
    options.value("--token-file", targets.token_file, "FILE", "read the pinning service's access token from FILE",
                  cli::Role::input);
    options.value("--at-least", targets.at_least, "N",
                  "write records once N targets have the payload; later runs send what is missing (default: all)");
    cli::add_network_options(options, targets.network, "20, 10 to connect, 90 for a cluster's peers");
}

std::optional<std::size_t> TargetOptions::least() const {
    if (!at_least) return std::nullopt;
    const std::size_t named = stores.size() + nodes.size();
    const std::size_t counted = std::max<std::size_t>(named, car ? 0 : 1) + (pin_service ? 1 : 0);
    const auto number = parse_number(*at_least);
    if (!number || *number == 0 || *number > counted) {
        throw Error(ErrorKind::usage,
                    "--at-least needs a number from 1 to the number of targets, " + std::to_string(counted));
    }
    return static_cast<std::size_t>(*number);
}

void require_targets(const TargetOptions& options, const std::optional<std::string>& output) {
    const auto is_empty = [](const std::string& name) { return name.empty(); };
    if (std::any_of(options.stores.begin(), options.stores.end(), is_empty) || options.car == "") {
        throw Error(ErrorKind::usage, "empty target name");
    }
    if (options.at_least) (void)options.least();
    if (options.car) require_archive(*options.car, output);
    if (options.network.header_file && options.nodes.empty()) {
        throw Error(ErrorKind::usage, "--header-file requires --ipfs");
    }
    if (options.cluster && options.nodes.size() != 1) throw Error(ErrorKind::usage, "--cluster goes with one --ipfs");
    if (options.token_file && !options.pin_service)
        throw Error(ErrorKind::usage, "--token-file goes with --pin-service");
}

OpenTargets::OpenTargets(const TargetOptions& options, const custodian::Home& home) {
    for (const std::string& folder : options.stores)
        list_.push_back(std::make_unique<storage::StoreTarget>(folder, home.store(), cli::is_signalled));
    if (options.car) list_.push_back(std::make_unique<storage::ArchiveTarget>(*options.car));
    add_nodes(options);
    if (list_.empty())
        list_.push_back(std::make_unique<storage::StoreTarget>(home.store(), home.store(), cli::is_signalled));
    if (options.pin_service) add_service(options);
}

void OpenTargets::add_nodes(const TargetOptions& options) {
    if (options.network.header_file) header_ = http::read_header_file(*options.network.header_file);
    for (const std::string& url : options.nodes) {
        auto node = std::make_unique<storage::NodeTarget>(
            http::ServerAddress{url, address_of(header_), options.network.insecure}, client(options),
            cli::this_program());
        if (options.cluster) {
            node->check_replication(
                std::make_unique<nodes::Cluster>(
                    http::ServerAddress{*options.cluster, address_of(header_), options.network.insecure},
                    client(options)),
                options.network.timeout ? client(options).limits().stall : wait_for_peers);
        }
        nodes_.push_back(&node->node());
        list_.push_back(std::move(node));
    }
}

void OpenTargets::add_service(const TargetOptions& options) {
    if (options.token_file) token_ = http::read_token_file(*options.token_file);
    list_.push_back(std::make_unique<storage::ServiceTarget>(
        http::ServerAddress{*options.pin_service, address_of(token_), options.network.insecure}, client(options),
        nodes_, cli::this_program()));
}

http::Client& OpenTargets::client(const TargetOptions& options) {
    if (!client_) client_ = make_client(options);
    return *client_;
}

std::unique_ptr<storage::Target> NamedTargets::open(const std::string& name) {
    std::unique_ptr<storage::Target> target;
    if (const auto folder = storage::folder_of_store(name, home_.store())) {
        target = std::make_unique<storage::StoreTarget>(*folder, home_.store(), cli::is_signalled);
    } else if (const auto url = storage::url_of_node(name)) {
        if (!client_) client_ = make_client(options_);
        target = std::make_unique<storage::NodeTarget>(http::ServerAddress{*url, nullptr, options_.network.insecure},
                                                       *client_, cli::this_program());
    } else {
        throw Error(ErrorKind::failed, name + " is neither a store nor a node");
    }
    target->open(true);
    return target;
}

}  // namespace msh
