#include "search/tombstones_root.hpp"

#include "keystore/shredding.hpp"
#include "merkle/hash.hpp"
#include "merkle/tree.hpp"

namespace msh::search {

Digest tombstones_root(keystore::Keystore& keystore) {
    merkle::Tree tree;
    for (const Id& study : keystore::Shredding(keystore).studies())
        tree.append(merkle::leaf_hash(study));
    return tree.root();
}

}  // namespace msh::search
