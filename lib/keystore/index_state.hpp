// What the encrypted index keeps between runs: its keys, the documents that wait for a segment, and where each object
// is. Keys and terms are wrapped, opaque bytes. msh-index puts these calls into one Transaction with what it decides.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/secret.hpp"
#include "keystore/keystore.hpp"

namespace msh::keystore {

struct Document {
    Id object{};
    ByteView terms;
};

struct Indexed {
    enum class State { none, buffered, in_segment };
    State state = State::none;
    Digest segment{};  // of in_segment
};

class IndexState {
  public:
    explicit IndexState(Keystore& keystore) : keystore_(keystore) {}

    // Secrets by name; put() replaces.
    void put(std::string_view name, ByteView secret);
    [[nodiscard]] std::optional<SecretBytes> get(std::string_view name);
    void remove(std::string_view name);
    [[nodiscard]] std::vector<std::string> names();

    [[nodiscard]] Indexed state(const Id& object);

    // Puts documents into the buffer; gives the number of new ones, as objects that are buffered or in a segment
    // already are passed over. Error `input` for an object the keystore does not know.
    std::size_t buffer(std::span<const Document> documents);
    [[nodiscard]] std::uint64_t buffered();
    // In the order they came in; what is called may use the keystore.
    void for_each_buffered(const std::function<void(const Id& object, const SecretBytes& terms)>& call);
    void remove_buffered(std::span<const Id> objects);

    // The objects leave the buffer and are in this segment (its random id). False, and nothing is done, when one of
    // them was shredded meanwhile: the segment, which names it, stays unknown.
    [[nodiscard]] bool move_to_segment(std::span<const Id> objects, const Digest& segment);
    // Reads every object's row. What is called must not use the keystore.
    void for_each_in_segment(const Digest& segment, const std::function<void(const Id& object)>& call);
    // All objects of these segments are in another one now, or with none given in no segment.
    void replace_segments(std::span<const Digest> former, const std::optional<Digest>& next);
    [[nodiscard]] std::vector<Digest> segments();

  private:
    Keystore& keystore_;
};

}  // namespace msh::keystore
