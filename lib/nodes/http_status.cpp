#include "nodes/http_status.hpp"

#include "base/error.hpp"
#include "ipfs/block_source.hpp"

namespace msh::nodes {

bool is_found(const http::Answer& answer, const std::string& host) {
    const std::string status = host + ": answers with status " + std::to_string(answer.status);
    switch (answer.status) {
        case 200:
            return true;
        case 404:
        case 410:
        case 412:
            return false;
        case 401:
        case 403:
            throw ipfs::Unusable(status, "it does not give this to everybody");
        case 405:
            throw ipfs::Unusable(status, "a node's RPC is named with /api/v0 at the end of its URL");
        case 429:
        case 503:
            if (answer.retry_after) throw ipfs::Busy(status, *answer.retry_after);
            break;
        default:
            break;
    }
    if (answer.status >= 300 && answer.status < 400) {
        throw ipfs::Unusable(status, "redirects to other hosts are not followed: name the URL that it leads to");
    }
    throw Error(ErrorKind::again, status);
}

}  // namespace msh::nodes
