// Records for tests.
#pragma once

#include <optional>

#include "base/bytes.hpp"
#include "record/object.hpp"

namespace msh::record {

// As msh-encrypt writes it.
inline Object sample() {
    Object object;
    object.id.fill(0x11);
    object.study.fill(0x22);
    object.epoch = 3;
    object.profile = "basic";
    object.payload = {1000, "/spool/x", std::nullopt};
    object.kc.fill(0x33);
    object.about = {1, 2, 3};
    object.sealed = Bytes{4, 5};
    return object;
}

// With every member.
inline Object full() {
    Object object = sample();
    object.payload.cid = "bafkreiabc";
    object.replaces = Digest{9};
    object.original = Payload{5, std::nullopt, "bafkreioriginal"};
    object.anchor = Anchor{"example.org/log", 7, Digest{8}, Bytes{1}};
    return object;
}

}  // namespace msh::record
