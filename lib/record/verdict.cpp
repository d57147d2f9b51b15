#include "record/verdict.hpp"

#include "base/encoding.hpp"
#include "record/line.hpp"

namespace msh::record {

std::string to_json(const Verdict& verdict) {
    std::string out = R"({"msh":1,"type":"verdict","id":")" + to_hex(verdict.id) + R"(","ok":)" +
                      (verdict.ok() ? "true" : "false") + R"(,"payload":")" + verdict.payload + R"(","log":")" +
                      verdict.log + "\"";
    if (verdict.origin) out += ",\"origin\":" + json_string(*verdict.origin);
    if (verdict.size) out += ",\"size\":" + std::to_string(*verdict.size);
    if (verdict.seen) out += ",\"seen\":" + std::to_string(*verdict.seen);
    return out + ",\"witnesses\":" + std::to_string(verdict.witnesses) + "}";
}

}  // namespace msh::record
