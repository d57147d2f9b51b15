#include "nodes/open_sources.hpp"

#include <filesystem>
#include <utility>

#include "base/error.hpp"
#include "http/url.hpp"
#include "ipfs/block_store.hpp"
#include "ipfs/car_file.hpp"

namespace msh::nodes {
namespace fs = std::filesystem;
namespace {

std::string warning_of(const ipfs::CarFile& archive, const fs::path& file) {
    const auto place = archive.damage();
    if (!place) return {};
    const std::string what =
        archive.read_error().empty() ? "'" + file.string() + "' is cut off or damaged" : archive.read_error();
    return what + " at byte " + std::to_string(*place) + ": blocks after that are not used";
}

// "ipfs.example.org/store" or "127.0.0.1:8080"
bool looks_like_host(const std::string& place) {
    const std::string first = place.substr(0, place.find('/'));
    const std::size_t colon = first.find(':');
    if (colon != std::string::npos && first.find_first_not_of("0123456789", colon + 1) == std::string::npos)
        return true;
    return !first.starts_with('.') && first.find('.') != std::string::npos;
}

}  // namespace

void refuse_home(const fs::path& folder) {
    std::error_code ignored;
    if (!fs::is_directory(folder / "store", ignored)) return;  // in a store, folders have names of two letters
    throw Error(ErrorKind::failed, "'" + folder.string() + "' is not a block store",
                "did you mean '" + (folder / "store").string() + "'?");
}

std::string OpenSources::open(const std::string& place) {
    std::error_code ignored;
    if (http::is_url(place)) {
        add_remote(place, RemoteSource::Kind::unknown);
        return {};
    }
    if (!fs::exists(place, ignored)) {
        throw Error(ErrorKind::failed, "'" + place + "' is not a block store",
                    looks_like_host(place) ? "the URL of a server begins with http:// or https://" : "");
    }
    std::string warning;
    if (fs::is_regular_file(place, ignored)) {
        auto archive = std::make_unique<ipfs::CarFile>(place, options_.is_over);
        warning = warning_of(*archive, place);
        owned_.push_back(std::move(archive));
    } else {
        refuse_home(place);
        owned_.push_back(std::make_unique<ipfs::BlockStore>(place, ipfs::BlockStore::Access::read));
    }
    local_.push_back(owned_.back().get());
    named_local_.push_back({place, owned_.back().get()});
    all_.push_back(owned_.back().get());
    return warning;
}

void OpenSources::open_gateway(const std::string& url) {
    add_remote(url, RemoteSource::Kind::gateway);
}

void OpenSources::add_remote(const std::string& url, RemoteSource::Kind kind) {
    const http::ServerAddress address{url, options_.header, options_.may_be_exposed};
    add(http::host_of(url), std::make_unique<RemoteSource>(address, client(), options_.scope, kind));
}

void OpenSources::add(std::string name, std::unique_ptr<ClaimingSource> source) {
    remote_.push_back({std::move(name), source.get()});
    all_.push_back(source.get());
    owned_.push_back(std::move(source));
}

bool OpenSources::is_over() const {
    return is_over_ || (options_.is_over && options_.is_over());
}

http::Client& OpenSources::client() {
    if (!client_) {
        client_ = std::make_unique<http::Client>(
            options_.limits, [this] { return is_over(); }, options_.ca_file);
    }
    return *client_;
}

std::unique_ptr<Fetcher> OpenSources::fetcher(std::function<void(const std::string&)> warn) {
    std::vector<NamedSource> remote;
    for (const Remote& one : remote_)
        remote.push_back({one.name, one.node});
    return std::make_unique<Fetcher>(
        local_, std::move(remote),
        Fetcher::Calls{
            .warn = std::move(warn), .end = [this] { is_over_ = true; }, .is_over = [this] { return is_over(); }});
}

}  // namespace msh::nodes
