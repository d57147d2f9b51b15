// Where a payload file is allowed to be. A record may come from anyone and name any path. A program that published,
// encrypted to somebody or removed whatever file a record names could leak or destroy any file of its user, such as the
// master key. So a path counts only as the place of its object, RUN/ID (32 hex digits each), in a folder that this
// program was told of: spool/ and fetched/ of the home folder, and folders that the user names.
//
//     PayloadPlaces places(home, {"/mnt/spool"});
//     const auto place = places.find(path, object.id);          // nullopt: not a place of this object
//
// msh-grant and msh-put read payloads in such a place alone, msh-decrypt and msh-key remove nothing else. msh-decrypt
// reads any path (open_any_payload): it gives out only what it could decrypt with a key of its own, checked to the end.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "custodian/home.hpp"
#include "record/object.hpp"

namespace msh::custodian {

struct PayloadPlace {
    enum class Folder { spool, fetched, other };
    Folder folder = Folder::other;
    std::filesystem::path path;  // whole; no part below the folder is a link
};

class PayloadPlaces {
  public:
    // `others` may hold the payloads of another machine: only the last two components of a record's path, RUN/ID, are
    // used below them, because that machine had the folder elsewhere. Throws Error (usage) if one of them is not a
    // folder.
    explicit PayloadPlaces(const Home& home, std::span<const std::string> others = {});

    // The place that the path names; there may be no file. Returns nullopt if it is not a place of this object.
    [[nodiscard]] std::optional<PayloadPlace> find(const std::filesystem::path& path, const Id& object) const;

    // The file of payload.path, in such a place, without following a link: a whole regular file of payload.size. Throws
    // Error (input).
    [[nodiscard]] FileDescriptor open(const record::Object& object) const;

  private:
    struct Root {
        PayloadPlace::Folder folder;
        std::filesystem::path path;
    };
    std::vector<Root> roots_;
};

// Like PayloadPlaces::open(), but the file may be anywhere.
[[nodiscard]] FileDescriptor open_any_payload(const record::Object& object);

// For a path that is no place of its object.
[[nodiscard]] Error place_not_allowed_error(const std::string& hint);

}  // namespace msh::custodian
