#include "custodian/id_set.hpp"

#include <cstring>
#include <utility>

namespace msh::custodian {
namespace {

std::uint64_t key_of(ByteView id) {
    std::uint64_t key = 0;
    std::memcpy(&key, id.data(), sizeof key);
    return key == 0 ? 1 : key;
}

}  // namespace

bool IdSet::insert(ByteView id) {
    if ((count_ + 1) * 4 > table_.size() * 3) grow();
    if (!place(key_of(id))) return false;
    ++count_;
    return true;
}

bool IdSet::contains(ByteView id) const {
    return !table_.empty() && table_[find(key_of(id))] != 0;
}

// The key's place, or the empty one where it would be.
std::size_t IdSet::find(std::uint64_t key) const {
    const std::size_t mask = table_.size() - 1;
    std::size_t at = key & mask;
    while (table_[at] != 0 && table_[at] != key)
        at = (at + 1) & mask;
    return at;
}

bool IdSet::place(std::uint64_t key) {
    const std::size_t at = find(key);
    if (table_[at] == key) return false;
    table_[at] = key;
    return true;
}

void IdSet::grow() {
    const std::vector<std::uint64_t> former =
        std::exchange(table_, std::vector<std::uint64_t>(table_.empty() ? 1024 : table_.size() * 2));
    for (const std::uint64_t key : former) {
        if (key != 0) place(key);
    }
}

}  // namespace msh::custodian
