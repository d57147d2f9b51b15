#include "keystore/wrapping_key.hpp"

#include "crypto/random.hpp"

namespace msh::keystore {
namespace {

void store(db::Connection& database, int slot, std::uint64_t generation, const Key& master, const Key& wrapping) {
    const Place place = Place("wrapping_key", "key").part(static_cast<std::uint64_t>(slot));
    database.run("INSERT OR REPLACE INTO wrapping_key (slot, generation, key) VALUES (?1, ?2, ?3)",
                 {slot, generation, Vault(master, generation).wrap(place, wrapping.view())});
}

}  // namespace

Vault make_wrapping_key(db::Connection& database, const Key& master, const Key* former) {
    const std::uint64_t generation = generation_in_force(database) + 1;
    const Key wrapping = crypto::random_key();
    store(database, 0, generation, master, wrapping);
    if (former != nullptr) store(database, 1, generation, *former, wrapping);
    return Vault(wrapping, generation);
}

std::optional<OpenedWrappingKey> open_wrapping_key(db::Connection& database, const Key& master) {
    std::optional<OpenedWrappingKey> opened;
    int slots = 0;
    db::Query rows = database.query("SELECT slot, generation, key FROM wrapping_key ORDER BY slot");
    while (rows.next()) {
        ++slots;
        if (opened) continue;
        const std::uint64_t slot = rows.count(0);
        const std::uint64_t generation = rows.count(1);
        const auto key = Vault(master, generation).unwrap(Place("wrapping_key", "key").part(slot), rows.bytes(2));
        if (!key || key->size() != 32) continue;
        const Key wrapping(std::span<const std::uint8_t, 32>(key->data(), 32));
        opened.emplace(OpenedWrappingKey{Vault(wrapping, generation), static_cast<int>(slot), false});
    }
    if (slots == 0) database.throw_damaged();
    if (opened) opened->two_slots = slots == 2;
    return opened;
}

std::uint64_t generation_in_force(db::Connection& database) {
    db::Query generation = database.query("SELECT generation FROM wrapping_key WHERE slot = 0");
    return generation.next() ? generation.count(0) : 0;
}

}  // namespace msh::keystore
