// Where msh-verify looks for payloads, and what it finds there.
//
// These are the places of --from; without any, the own store, and wherever the keystore says that the payloads of a
// batch are: stores and archives that are at hand, and nodes by their RPC.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "cli/network_options.hpp"
#include "custodian/home.hpp"
#include "keystore/keystore.hpp"
#include "nodes/fetcher.hpp"
#include "nodes/open_sources.hpp"
#include "record/object.hpp"

namespace msh {

struct PlaceOptions {
    std::vector<std::string> from;
    cli::NetworkOptions network;
};

class Payloads {
  public:
    // The keystore may be none. Error as that of the places of --from, which are opened here.
    Payloads(const PlaceOptions& options, const custodian::Home& home, keystore::Keystore* keystore);

    // What the verdict says of each one's payload (record/verdict.hpp).
    [[nodiscard]] std::vector<std::string> states(const std::vector<const record::Object*>& objects);

    // Where it looked, and where it did not: notes for whoever misses a payload. None where all were found.
    [[nodiscard]] std::vector<std::string> notes() const;

  private:
    [[nodiscard]] bool is_shredded(const record::Object& object);
    void look_up(const std::vector<const record::Object*>& objects);
    void look_up(const std::string& target);
    void add_place(const std::string& place);
    void open();
    [[nodiscard]] std::string state(const record::Object& object, unsigned workers) const;

    const PlaceOptions& options_;
    std::string own_store_;
    keystore::Keystore* keystore_;
    std::optional<SecretBytes> header_;
    std::vector<std::string> places_;
    bool is_open_ = false;            // all of them are
    std::set<std::string> met_;       // what the keystore names
    std::set<std::string> unusable_;  // of that, and why
    std::set<std::string> warned_;
    std::unique_ptr<nodes::OpenSources> sources_;
    std::unique_ptr<nodes::Fetcher> fetcher_;  // where there are remote sources
    bool misses_some_ = false;
};

}  // namespace msh
