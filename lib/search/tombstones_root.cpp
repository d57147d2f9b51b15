#include "search/tombstones_root.hpp"

#include "keystore/shredding.hpp"
#include "merkle/hash.hpp"
#include "merkle/tree.hpp"

namespace msh::search {

Digest tombstones_root(keystore::Keystore& keystore) {
    merkle::Tree tree;
    for (const keystore::Tombstone& tombstone : keystore::Shredding(keystore).tombstones()) {
        Bytes data(tombstone.study.begin(), tombstone.study.end());
        append(data, tombstone.commitment);
        tree.append(merkle::leaf_hash(data));
    }
    return tree.root();
}

}  // namespace msh::search
