#include "json/line.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "json/write.hpp"

namespace msh::json {
namespace {

struct Path {
    std::optional<std::string_view> parent;  // of a member of the second level
    std::string_view name;
};

Path split(std::string_view path) {
    const std::size_t dot = path.find('.');
    if (dot == std::string_view::npos) return {std::nullopt, path};
    return {path.substr(0, dot), path.substr(dot + 1)};
}

}  // namespace

std::optional<std::size_t> Line::object_of(std::string_view name) const noexcept {
    for (std::size_t i = 1; i < objects_.size(); ++i) {
        if (objects_[i] == name) return i;
    }
    return std::nullopt;
}

const Line::Member* Line::find(std::string_view path) const noexcept {
    const auto [parent, name] = split(path);
    const auto object = parent ? object_of(*parent) : std::size_t{0};
    if (!object) return nullptr;
    for (const Member& member : members_) {
        if (member.parent == *object && member.name == name) return &member;
    }
    return nullptr;
}

std::optional<ValueKind> Line::kind_of(std::string_view path) const noexcept {
    const Member* member = find(path);
    if (member == nullptr) return std::nullopt;
    return member->kind;
}

std::optional<std::string_view> Line::text_of(std::string_view path) const noexcept {
    const Member* member = find(path);
    if (member == nullptr || member->kind != ValueKind::string) return std::nullopt;
    if (member->decoded) return *member->decoded;
    return std::string_view(text_).substr(member->value_begin + 1, member->value_end - member->value_begin - 2);
}

std::optional<std::uint64_t> Line::number_of(std::string_view path) const noexcept {
    const Member* member = find(path);
    if (member == nullptr || member->kind != ValueKind::number) return std::nullopt;
    return member->number;
}

std::optional<std::string_view> Line::json_of(std::string_view path) const noexcept {
    const Member* member = find(path);
    if (member == nullptr) return std::nullopt;
    return std::string_view(text_).substr(member->value_begin, member->value_end - member->value_begin);
}

void Line::replace(std::size_t begin, std::size_t end, std::string_view with) {
    const std::size_t growth = with.size() - (end - begin);  // wraps when it shrinks, and so does the sum below
    const auto move = [&](std::size_t& place) {
        if (place > begin) place += growth;
    };
    text_.replace(begin, end - begin, with);
    move(object_end_);
    for (Member& member : members_) {
        move(member.key_begin);
        move(member.value_begin);
        move(member.value_end);
    }
}

void Line::erase_members_of(std::string_view name) {
    const auto object = object_of(name);
    std::erase_if(members_, [&](const Member& member) { return member.parent == object; });
}

void Line::set(std::string_view path, std::string_view json) {
    const auto [parent, name] = split(path);
    if (const Member* member = find(path)) {
        const std::size_t begin = member->value_begin;
        const std::size_t end = member->value_end;
        if (!parent) erase_members_of(name);
        replace(begin, end, json);
        for (Member& changed : members_) {
            if (changed.value_begin == begin) changed.kind = ValueKind::other;
        }
        return;
    }
    const Member* home = parent ? find(*parent) : nullptr;
    if (parent && (home == nullptr || home->kind != ValueKind::object)) {
        throw Error(ErrorKind::input, "there is no object '" + std::string(*parent) + "'");
    }
    Member added;
    added.name = name;
    if (parent) added.parent = object_of(*parent).value();
    std::size_t at = (home == nullptr ? object_end_ : home->value_end) - 1;  // the closing brace
    bool first = true;
    for (const Member& member : members_) {
        if (member.parent != added.parent) continue;
        at = first ? member.value_end : std::max(at, member.value_end);
        first = false;
    }
    const std::string key = quote(name) + ":";
    added.key_begin = at + (first ? 0 : 1);
    added.value_begin = added.key_begin + key.size();
    added.value_end = added.value_begin + json.size();
    std::string text = first ? "" : ",";
    text.append(key).append(json);
    replace(at, at, text);
    members_.push_back(std::move(added));
}

void Line::remove(std::string_view path) {
    const Member* member = find(path);
    if (member == nullptr) return;
    const auto [parent, name] = split(path);
    const std::size_t key_begin = member->key_begin;
    std::size_t begin = key_begin;
    std::size_t end = member->value_end;
    const Member* before = nullptr;
    const Member* after = nullptr;
    for (const Member& other : members_) {
        if (other.parent != member->parent || &other == member) continue;
        if (other.key_begin < begin && (before == nullptr || other.key_begin > before->key_begin)) before = &other;
        if (other.key_begin > begin && (after == nullptr || other.key_begin < after->key_begin)) after = &other;
    }
    if (before != nullptr) {
        begin = before->value_end;
    } else if (after != nullptr) {
        end = after->key_begin;
    }
    if (!parent) erase_members_of(name);
    std::erase_if(members_, [&](const Member& other) { return other.key_begin == key_begin; });
    replace(begin, end, {});
}

}  // namespace msh::json
