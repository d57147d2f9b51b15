#include "nodes/pinner.hpp"

#include "base/error.hpp"
#include "nodes/answer_text.hpp"

namespace msh::nodes {

void refuse_answer(const http::Server& server, const http::Response& answer) {
    server.refuse(answer, read_error_message(as_text(answer.body)));
}

void refuse_unreadable(const http::Server& server) {
    throw Error(ErrorKind::again, server.host() + ": unexpected response");
}

void refuse_other_cid(const http::Server& server) {
    throw Error(ErrorKind::failed, server.host() + ": returned a CID that was not requested");
}

}  // namespace msh::nodes
