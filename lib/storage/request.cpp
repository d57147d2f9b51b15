#include "storage/request.hpp"

namespace msh::storage {

ipfs::PayloadRef payload_of(const record::Object& object) {
    if (!object.payload.cid) throw Error(ErrorKind::input, "'payload.cid' is missing", "run msh-put first");
    const auto payload = ipfs::parse_payload_ref(object.payload.cid, object.payload.size);
    if (!payload) throw Error(ErrorKind::input, "'payload.cid' has an invalid value");
    return *payload;
}

}  // namespace msh::storage
