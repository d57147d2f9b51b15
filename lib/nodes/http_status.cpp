#include "nodes/http_status.hpp"

#include "base/error.hpp"
#include "ipfs/block_source.hpp"

namespace msh::nodes {

bool is_found(const http::Response& answer, const std::string& host) {
    const std::string status = host + ": HTTP status " + std::to_string(answer.status);
    switch (answer.status) {
        case 200:
            return true;
        case 404:
        case 410:
        case 412:
            return false;
        case 401:
        case 403:
            throw ipfs::PermanentSourceError(status, "access denied");
        case 405:
            throw ipfs::PermanentSourceError(status, "if this is a node's RPC, end its URL with /api/v0");
        case 429:
        case 503:
            if (answer.retry_after) throw ipfs::RetryAfter(status, *answer.retry_after);
            break;
        default:
            break;
    }
    if (answer.status >= 300 && answer.status < 400) {
        throw ipfs::PermanentSourceError(status, "redirects to other hosts are not followed: give the target URL");
    }
    throw Error(ErrorKind::again, status);
}

}  // namespace msh::nodes
