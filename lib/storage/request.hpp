// A record whose payload is to be stored, and what came of it.
#pragma once

#include <optional>

#include "base/attempt.hpp"
#include "base/error.hpp"
#include "ipfs/cid.hpp"
#include "ipfs/payload.hpp"
#include "json/line.hpp"
#include "record/object.hpp"

namespace msh::storage {

struct Request {
    const record::Object& object;
    json::Line& line;  // gets the CID, and loses the path once nobody needs the file

    std::optional<ipfs::Cid> cid{};  // of the stored payload
    std::optional<Error> error{};    // why it was not stored
};

// The payload that a record names. Throws Error (input) if its CID is missing or not valid.
[[nodiscard]] ipfs::PayloadRef payload_of(const record::Object& object);

// Like msh::attempt() with the request's error (base/attempt.hpp).
template <typename Step>
void attempt(Request& request, Step step) {
    msh::attempt(request.error, step);
}

}  // namespace msh::storage
