// A value on its way into a statement: null, an integer, a text or bytes. It is a view and owns nothing; what it was
// made from must live until the call it is handed to returns (Connection::run and Connection::query copy or use it
// before they do).
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "base/bytes.hpp"

namespace msh::db {

class Value {
  public:
    using View = std::variant<std::nullptr_t, std::int64_t, std::uint64_t, std::string_view, ByteView>;

    Value(std::nullptr_t) noexcept {}
    template <std::signed_integral T>
    Value(T number) noexcept : view_(static_cast<std::int64_t>(number)) {}
    // One above 2^63 - 1, which SQLite cannot hold, is an Error when it is bound.
    template <std::unsigned_integral T>
    Value(T number) noexcept : view_(static_cast<std::uint64_t>(number)) {}
    template <typename T>
    requires std::convertible_to<const T&, std::string_view> Value(const T& text)
    noexcept : view_(std::string_view(text)) {}
    template <typename T>
    requires std::convertible_to<const T&, ByteView> Value(const T& bytes)
    noexcept : view_(ByteView(bytes)) {}
    template <typename T>
    Value(const std::optional<T>& maybe) noexcept : Value(maybe ? Value(*maybe) : Value(nullptr)) {}

    [[nodiscard]] const View& view() const noexcept { return view_; }

  private:
    View view_ = nullptr;
};

}  // namespace msh::db
