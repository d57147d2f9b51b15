#include "record/verdict.hpp"

#include "base/encoding.hpp"
#include "json/write.hpp"

namespace msh::record {

std::string to_json(const Verdict& verdict) {
    return json::Object()
        .number("msh", 1)
        .text("type", "verdict")
        .text("id", to_hex(verdict.id))
        .flag("ok", verdict.ok())
        .text("payload", verdict.payload)
        .text("log", verdict.log)
        .text_if("origin", verdict.origin)
        .number_if("size", verdict.size)
        .number_if("seen", verdict.seen)
        .number("witnesses", verdict.witnesses)
        .done();
}

}  // namespace msh::record
