#include "json/value.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace msh::json {

// Receives the parser's events. The values that are open lie in each other: adding to one moves only what is closed.
class Value::Builder {
  public:
    explicit Builder(Value& root) : root_(root) {}

    bool null() { return put({}); }
    bool boolean(bool /*value*/) { return put(of_kind(Kind::other)); }
    bool number_integer(std::int64_t /*value*/) { return put(of_kind(Kind::other)); }
    bool number_unsigned(std::uint64_t value) {
        Value number = of_kind(Kind::number);
        number.number_ = value;
        return put(std::move(number));
    }
    bool number_float(double /*value*/, const std::string& /*text*/) { return put(of_kind(Kind::other)); }
    bool binary(std::vector<std::uint8_t>& /*value*/) { return false; }
    bool string(std::string& text) {
        Value value = of_kind(Kind::text);
        value.text_ = std::move(text);
        return put(std::move(value));
    }

    bool start_object(std::size_t /*elements*/) { return open(Kind::object); }
    bool end_object() { return close(); }
    bool start_array(std::size_t /*elements*/) { return open(Kind::list); }
    bool end_array() { return close(); }
    bool key(std::string& name) {
        open_.back()->members_.emplace_back(std::move(name), Value());
        return true;
    }

    bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                     const nlohmann::json::exception& /*error*/) {
        return false;
    }

  private:
    static Value of_kind(Kind kind) {
        Value value;
        value.kind_ = kind;
        return value;
    }

    // Where the next value goes.
    Value& place() {
        if (open_.empty()) return root_;
        Value& parent = *open_.back();
        return parent.kind_ == Kind::object ? parent.members_.back().second : parent.items_.emplace_back();
    }

    bool put(Value value) {
        place() = std::move(value);
        return true;
    }

    bool open(Kind kind) {
        if (open_.size() == max_depth) return false;
        Value& value = place();
        value.kind_ = kind;
        open_.push_back(&value);
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    Value& root_;
    std::vector<Value*> open_;
};

std::optional<Value> Value::parse(std::string_view text) {
    Value root;
    Builder builder(root);
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return std::nullopt;
    return root;
}

const Value* Value::find(std::string_view name) const noexcept {
    const auto found =
        std::find_if(members_.rbegin(), members_.rend(), [&](const Member& member) { return member.first == name; });
    return found == members_.rend() ? nullptr : &found->second;
}

const Value& Value::at(std::string_view name) const noexcept {
    static const Value null;
    const Value* const found = find(name);
    return found == nullptr ? null : *found;
}

std::optional<std::uint64_t> Value::number() const noexcept {
    return kind_ == Kind::number ? std::optional(number_) : std::nullopt;
}

}  // namespace msh::json
