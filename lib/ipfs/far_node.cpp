#include "ipfs/far_node.hpp"

#include "base/error.hpp"

namespace msh::ipfs {
namespace {

bool is_rpc_url(const std::string& url) {
    return http::without_slashes(url).ends_with("/api/v0");
}

}  // namespace

FarNode::FarNode(const http::ServerAddress& address, http::Client& client, Looking looking, Kind kind)
    : address_(address), client_(client), looking_(looking), kind_(kind), was_asked_(kind == Kind::gateway) {
    if (kind == Kind::unknown && is_rpc_url(address.url)) {
        rpc_ = std::make_unique<Kubo>(address, client, looking);
        is_rpc_ = rpc_.get();
    } else {
        gateway_.emplace(address.url, client, looking);
        address_.header = nullptr;  // a gateway could say that it is an RPC
    }
}

std::optional<Bytes> FarNode::fetch(const Cid& cid) {
    return ask([&]() -> std::optional<Bytes> {
        if (Kubo* const rpc = is_rpc_) return rpc->fetch(cid);
        auto block = gateway_->fetch(cid);
        if (block || !becomes_rpc()) return block;
        return rpc_->fetch(cid);
    });
}

bool FarNode::claims(const Cid& cid) {
    return ask([&] {
        if (Kubo* const rpc = is_rpc_) return rpc->has_block(cid);
        return gateway_->claims(cid) || (becomes_rpc() && rpc_->has_block(cid));
    });
}

// One that a stranger named ends nothing: it is not the user who has to correct something.
template <typename Question>
auto FarNode::ask(const Question& question) -> decltype(question()) {
    try {
        return question();
    } catch (const Error& error) {
        if (kind_ != Kind::gateway || error.kind() != ErrorKind::failed) throw;
        throw Error(ErrorKind::again, error.what());
    }
}

bool FarNode::becomes_rpc() {
    const std::scoped_lock lock(mutex_);
    if (is_rpc_ != nullptr) return true;
    const bool may_be_asked = !http::is_exposed(address_.url) || address_.may_be_exposed;
    if (was_asked_ || !may_be_asked) return false;
    was_asked_ = true;
    try {
        rpc_ = std::make_unique<Kubo>(address_, client_, looking_);
        if (rpc_->answers()) is_rpc_ = rpc_.get();
    } catch (const Error&) {
        // a gateway that is not asked such things
    }
    return is_rpc_ != nullptr;
}

}  // namespace msh::ipfs
