// Whether payloads are whole where they should be: every block is read and verified, nothing is written.
//
//     PayloadChecker checker({.from = places, .sources = {...}}, home, keystore, program);
//     const std::vector<std::string> states = checker.check(objects);     // "whole", "absent", ...
//     for (const std::string& note : checker.notes()) program.note(note);
//
// The places to look in are those that the user names; without any, the own store, and wherever the keystore says that
// the payloads of a batch are (storage/target_places.hpp).
#pragma once

#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/program.hpp"
#include "custodian/home.hpp"
#include "ipfs/payload.hpp"
#include "keystore/keystore.hpp"
#include "nodes/fetcher.hpp"
#include "nodes/open_sources.hpp"
#include "record/object.hpp"
#include "storage/target_places.hpp"

namespace msh::storage {

// What a verdict says of a payload whose blocks were read (record/verdict.hpp).
[[nodiscard]] std::string_view state_of(const ipfs::PayloadCheck& check);

class PayloadChecker {
  public:
    struct Options {
        std::vector<std::string> from{};        // places that the user names
        nodes::OpenSources::Options sources{};  // `scope` and `is_over` are set here
    };
    // All must outlive it; `keystore` may be null. Opens the places of `from`, and throws as nodes::OpenSources::open()
    // does.
    PayloadChecker(Options options, const custodian::Home& home, keystore::Keystore* keystore, Program& program);

    // What the verdict says of each one's payload.
    [[nodiscard]] std::vector<std::string> check(std::span<const record::Object* const> objects);

    // If a payload was not found: where it was looked for, and which known targets could not be read. Otherwise empty.
    [[nodiscard]] std::vector<std::string> notes() const;

  private:
    [[nodiscard]] bool is_shredded(const record::Object& object);
    void add_known_places(std::span<const record::Object* const> objects);
    void open();
    [[nodiscard]] std::string state(const record::Object& object, unsigned workers) const;

    Options options_;
    keystore::Keystore* keystore_;
    Program& program_;
    TargetPlaces known_places_;
    std::vector<std::string> places_;
    bool is_open_ = false;  // all of them are
    std::set<std::string> warned_;
    std::unique_ptr<nodes::OpenSources> sources_;
    std::unique_ptr<nodes::Fetcher> fetcher_;  // where there are remote sources
    bool misses_some_ = false;
};

}  // namespace msh::storage
