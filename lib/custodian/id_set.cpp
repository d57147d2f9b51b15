#include "custodian/id_set.hpp"

#include <cstring>
#include <utility>

namespace msh::custodian {

bool IdSet::insert(const Id& id) {
    std::uint64_t key = 0;
    std::memcpy(&key, id.data(), sizeof key);
    if (key == 0) key = 1;
    if ((count_ + 1) * 4 > table_.size() * 3) grow();
    if (!place(key)) return false;
    ++count_;
    return true;
}

bool IdSet::place(std::uint64_t key) {
    const std::size_t mask = table_.size() - 1;
    for (std::size_t at = key & mask;; at = (at + 1) & mask) {
        if (table_[at] == key) return false;
        if (table_[at] == 0) {
            table_[at] = key;
            return true;
        }
    }
}

void IdSet::grow() {
    const std::vector<std::uint64_t> former =
        std::exchange(table_, std::vector<std::uint64_t>(table_.empty() ? 1024 : table_.size() * 2));
    for (const std::uint64_t key : former) {
        if (key != 0) place(key);
    }
}

}  // namespace msh::custodian
