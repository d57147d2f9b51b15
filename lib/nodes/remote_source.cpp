#include "nodes/remote_source.hpp"

#include <exception>
#include <utility>

#include "base/error.hpp"
#include "crypto/random.hpp"
#include "http/url.hpp"

namespace msh::nodes {
namespace {

bool is_rpc_url(const std::string& url) {
    return http::without_slashes(url).ends_with("/api/v0");
}

ipfs::Cid cid_nobody_has() {
    Digest digest{};
    crypto::fill_random(digest);
    return {ipfs::Codec::raw, digest};
}

}  // namespace

RemoteSource::RemoteSource(const http::ServerAddress& address, http::Client& client, ipfs::LookupScope scope, Kind kind)
    : address_(address), client_(client), scope_(scope), kind_(kind) {
    if (kind == Kind::unknown && is_rpc_url(address.url)) {
        rpc_ = std::make_unique<Kubo>(address, client, scope);
        way_ = Way::rpc;
        return;
    }
    gateway_.emplace(address.url, client, scope);
    folder_.emplace(address.url, client);
    address_.header = nullptr;  // a gateway could say that it is an RPC
    if (kind == Kind::gateway) way_ = Way::gateway;
}

std::optional<Bytes> RemoteSource::fetch(const ipfs::Cid& cid) {
    return ask([&]() -> std::optional<Bytes> {
        switch (way_.load()) {
            case Way::rpc:
                return fetch_by_rpc(cid);
            case Way::gateway:
                return gateway_->fetch(cid);
            case Way::folder:
                return folder_->fetch(cid);
            case Way::unknown:
                break;
        }
        return find_way(cid);
    });
}

bool RemoteSource::claims(const ipfs::Cid& cid) {
    return ask([&] {
        switch (way_.load()) {
            case Way::rpc:
                return is_claimed_by_rpc(cid);
            case Way::gateway:
                return has(*gateway_, gateway_claims_, cid);
            case Way::folder:
                return has(*folder_, folder_claims_, cid);
            case Way::unknown:
                break;
        }
        return find_claim(cid);
    });
}

// The URL alone says that it is an RPC. Where its answer does not fit, it is asked whether it is one: a page for every
// path is not a damaged block.
std::optional<Bytes> RemoteSource::fetch_by_rpc(const ipfs::Cid& cid) {
    auto bytes = rpc_->fetch(cid);
    if (bytes && !ipfs::is_block(cid, *bytes)) require_rpc();
    return bytes;
}

bool RemoteSource::is_claimed_by_rpc(const ipfs::Cid& cid) {
    try {
        return rpc_->has_block(cid);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::again) require_rpc();
        throw;
    }
}

void RemoteSource::require_rpc() {
    if (rpc_->is_definitely_not_rpc()) {
        throw ipfs::PermanentSourceError(rpc_->host() + ": responds, but is not the RPC of a node",
                                         "end the URL with /api/v0 only for a node's RPC");
    }
}

// No source ends the run: another may have what is asked for. Where a stranger named it, it is not even the user who
// has to correct something.
template <typename Question>
auto RemoteSource::ask(const Question& question) -> decltype(question()) {
    try {
        return question();
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::failed) throw;
        if (kind_ == Kind::gateway) throw Error(ErrorKind::again, error.what());
        throw ipfs::PermanentSourceError(error.what(), error.hint());
    }
}

// Some web servers claim every path. Their claims prove nothing, only the block does.
template <typename Source>
bool RemoteSource::has(Source& source, Claims& claims, const ipfs::Cid& cid) {
    if (!source.claims(cid)) return false;
    if (are_proof(source, claims)) return true;
    const auto bytes = source.fetch(cid);
    return bytes && ipfs::is_block(cid, *bytes);
}

template <typename Source>
bool RemoteSource::are_proof(Source& source, Claims& claims) {
    const std::scoped_lock lock(claims.mutex);
    if (claims.are_proof) return *claims.are_proof;
    try {
        claims.are_proof = !source.claims(cid_nobody_has());
    } catch (const ipfs::PermanentSourceError&) {
        claims.are_proof = true;  // such as 403 for what is not there
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::again) throw;
        claims.are_proof = false;  // it is not asked again: that may take as long
    }
    return *claims.are_proof;
}

// A web server may have a page for every path: it is no gateway for that. Nor has a gateway a block because there is
// such a page.
std::optional<Bytes> RemoteSource::find_way(const ipfs::Cid& cid) {
    std::optional<Bytes> answer;
    std::exception_ptr refusal;
    try {
        answer = gateway_->fetch(cid);
    } catch (const ipfs::PermanentSourceError&) {
        refusal = std::current_exception();
    }
    if (answer && ipfs::is_block(cid, *answer)) {
        way_ = Way::gateway;
        return answer;
    }
    std::optional<Bytes> file;
    std::exception_ptr failure;
    try {
        file = folder_->fetch(cid);
        if (file && ipfs::is_block(cid, *file)) {
            way_ = Way::folder;
            return file;
        }
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::again) failure = std::current_exception();  // else it is no folder
    }
    if (is_rpc()) return rpc_->fetch(cid);
    if (failure && !is_gateway()) std::rethrow_exception(failure);
    if (answer) return answer;
    if (refusal && !file) std::rethrow_exception(refusal);
    return !refusal && is_gateway() ? std::nullopt : std::move(file);
}

bool RemoteSource::find_claim(const ipfs::Cid& cid) {
    std::exception_ptr refusal;
    try {
        if (has(*gateway_, gateway_claims_, cid)) return true;
    } catch (const ipfs::PermanentSourceError&) {
        refusal = std::current_exception();
    }
    std::exception_ptr failure;
    try {
        if (has(*folder_, folder_claims_, cid)) return true;
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::again) failure = std::current_exception();  // else it is no folder
    }
    if (is_rpc()) return rpc_->has_block(cid);
    if (failure && !is_gateway()) std::rethrow_exception(failure);
    if (refusal) std::rethrow_exception(refusal);
    (void)is_gateway();
    return false;
}

bool RemoteSource::is_rpc() {
    const std::scoped_lock lock(mutex_);
    if (way_ == Way::rpc) return true;
    const bool may_be_asked = !http::is_exposed(address_.url) || address_.may_be_exposed;
    if (way_ != Way::unknown || was_asked_for_rpc_ || !may_be_asked) return false;
    was_asked_for_rpc_ = true;
    try {
        auto rpc = std::make_unique<Kubo>(address_, client_, scope_);
        if (!rpc->is_reachable()) return false;
        rpc_ = std::move(rpc);
        way_ = Way::rpc;
        return true;
    } catch (const Error&) {
        return false;  // something that is not asked such things
    }
}

// So that one that lacks many blocks is asked for each in one way only.
bool RemoteSource::is_gateway() {
    const std::scoped_lock lock(mutex_);
    if (way_ != Way::unknown || std::exchange(was_asked_for_gateway_, true)) return way_ == Way::gateway;
    try {
        if (gateway_->is_gateway()) way_ = Way::gateway;
    } catch (const Error&) {
        // or it is none
    }
    return way_ == Way::gateway;
}

}  // namespace msh::nodes
