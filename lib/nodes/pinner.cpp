#include "nodes/pinner.hpp"

#include "base/error.hpp"
#include "nodes/answer_text.hpp"

namespace msh::nodes {

void refuse_answer(const http::Server& server, const http::Answer& answer) {
    server.refuse(answer, read_error_message(as_text(answer.body)));
}

void refuse_unreadable(const http::Server& server) {
    throw Error(ErrorKind::again, server.host() + ": its answer cannot be read");
}

void refuse_other_cid(const http::Server& server) {
    throw Error(ErrorKind::failed, server.host() + ": answers with a CID that it was not asked for");
}

}  // namespace msh::nodes
