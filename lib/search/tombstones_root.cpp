#include "search/tombstones_root.hpp"

#include <utility>

#include "keystore/shredding.hpp"
#include "merkle/hash.hpp"
#include "merkle/tree.hpp"

namespace msh::search {

Digest tombstones_root(keystore::Keystore& keystore) {
    merkle::CompactTree tree;
    Bytes last;  // what several issuers granted under one secret has one leaf
    for (const keystore::Tombstone& tombstone : keystore::Shredding(keystore).tombstones()) {
        Bytes data(tombstone.study.begin(), tombstone.study.end());
        append(data, tombstone.commitment);
        if (data == last) continue;
        tree.append(merkle::leaf_hash(data));
        last = std::move(data);
    }
    return tree.root();
}

}  // namespace msh::search
