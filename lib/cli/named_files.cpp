#include "cli/named_files.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"

namespace msh::cli {
namespace fs = std::filesystem;
namespace {

using Identity = std::pair<dev_t, ino_t>;

std::optional<Identity> identity_of(const fs::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return std::nullopt;
    return Identity(status.st_dev, status.st_ino);
}

// Of a descriptor that is a file.
std::optional<Identity> file_behind(int fd) {
    struct stat status {};
    if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return Identity(status.st_dev, status.st_ino);
}

// Absolute and without links, whether it is there or not.
fs::path resolved(const fs::path& name) {
    std::error_code ignored;
    const fs::path path = fs::absolute(follow_links(name), ignored);
    fs::path folder = fs::weakly_canonical(path.parent_path(), ignored);
    const fs::path whole = (folder.empty() ? path.parent_path() : folder) / path.filename();
    const fs::path canonical = fs::weakly_canonical(whole, ignored);  // for what ends with ".." or "/"
    return canonical.empty() ? whole : canonical;
}

// Whether the path is the folder or below it, under whatever name.
bool lies_in(const fs::path& path, const fs::path& folder) {
    const auto wanted = identity_of(folder);
    for (fs::path at = path;; at = at.parent_path()) {
        if (at == folder || (wanted && identity_of(at) == wanted)) return true;
        if (!at.has_relative_path()) return false;
    }
}

struct Place {
    std::string label;
    fs::path path;
    std::optional<Identity> identity;
};

class Inputs {
  public:
    explicit Inputs(const std::vector<NamedFile>& files) {
        add(file_behind(STDIN_FILENO));
        for (const NamedFile& file : files) {
            if (file.role == Role::descriptor) add_descriptor(file.name);
            if (file.role == Role::input) add_named(file.name);
        }
        // Where a service manager puts the master key; the certificates of servers; and sources, one a line.
        for (const char* variable : {"CREDENTIALS_DIRECTORY", "SSL_CERT_FILE"}) {
            if (const char* name = std::getenv(variable)) add_named(name);
        }
        if (const char* sources = std::getenv("MSH_SOURCES")) add_lines(sources);
    }

    [[nodiscard]] bool has(const std::optional<Identity>& file) const {
        return file && std::find(files_.begin(), files_.end(), *file) != files_.end();
    }
    [[nodiscard]] bool has_folder_of(const fs::path& path) const {
        return std::any_of(folders_.begin(), folders_.end(),
                           [&](const fs::path& folder) { return lies_in(path, folder); });
    }

  private:
    void add(const std::optional<Identity>& file) {
        if (file) files_.push_back(*file);
    }

    void add_descriptor(const std::string& digits) {
        int fd = -1;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), fd);
        if (error == std::errc() && end == digits.data() + digits.size()) add(file_behind(fd));
    }

    void add_named(const std::string& name) {
        std::error_code ignored;
        const fs::file_status status = fs::status(name, ignored);
        if (fs::is_directory(status)) folders_.push_back(resolved(name));
        if (fs::is_regular_file(status)) add(identity_of(name));
    }

    void add_lines(std::string_view names) {
        while (!names.empty()) {
            const std::string_view line = names.substr(0, names.find('\n'));
            names.remove_prefix(std::min(names.size(), line.size() + 1));
            add_named(std::string(line.substr(0, line.find_last_not_of('\r') + 1)));
        }
    }

    std::vector<Identity> files_;
    std::vector<fs::path> folders_;
};

// In the home folder, or in a folder or one of the files that it has by links to elsewhere, as where a web server
// serves the log.
bool is_homes(const Place& place, const fs::path& home) {
    if (lies_in(place.path, home)) return true;
    std::error_code error;
    for (fs::directory_iterator entry(home, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code ignored;
        if (place.identity && identity_of(entry->path()) == place.identity) return true;
        if (entry->is_symlink(ignored) && entry->is_directory(ignored) && lies_in(place.path, resolved(entry->path())))
            return true;
    }
    return false;
}

bool is_url(const std::string& name) {
    return name.find("://") != std::string::npos;
}

bool is_output(Role role) {
    return role == Role::output || role == Role::output_folder || role == Role::block_store;
}

// The own store, or the home folder itself: whoever opens it as a store refuses it and says what was meant.
bool is_own_store(const Place& place, const fs::path& home) {
    return place.path == resolved(home / "store") || place.path == home;
}

void require_outside_home(const NamedFile& file, const Place& place, const fs::path& home) {
    if (file.role == Role::block_store && is_own_store(place, home)) return;
    if (is_homes(place, home)) {
        throw Error(ErrorKind::usage, place.label + " would write into the home folder",
                    "the files there belong to msh; name a place outside");
    }
}

// What is written there meanwhile, blocks or proofs, has names of its own.
std::vector<Place> written_folders(const std::vector<NamedFile>& files) {
    std::vector<Place> folders;
    for (const NamedFile& file : files) {
        const bool is_folder = file.role == Role::output_folder || file.role == Role::block_store;
        if (is_folder && !file.name.empty() && !is_url(file.name))
            folders.push_back({file.label, resolved(file.name), identity_of(file.name)});
    }
    return folders;
}

void require_in_no_folder(const Place& place, const std::vector<Place>& folders) {
    for (const Place& folder : folders) {
        if (!lies_in(place.path, folder.path)) continue;
        throw Error(ErrorKind::usage, place.label + " would write into the folder of " + folder.label);
    }
}

void require_no_input(const Place& place, const Inputs& inputs) {
    if (inputs.has(place.identity)) {
        throw Error(ErrorKind::usage, place.label + " would overwrite a file that is read");
    }
    if (inputs.has_folder_of(place.path)) {
        throw Error(ErrorKind::usage, place.label + " would write into a folder that is read");
    }
}

// Which names will be made up is not known yet.
void require_no_input_within(const Place& folder, const std::string& ending, const Inputs& inputs) {
    if (ending.empty()) return;
    std::error_code error;
    for (fs::directory_iterator entry(folder.path, error), end; !error && entry != end; entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name.ends_with(ending) && inputs.has(identity_of(entry->path())))
            throw Error(ErrorKind::usage, folder.label + " might overwrite a file that is read");
    }
}

}  // namespace

void refuse_unsafe_outputs(const std::vector<NamedFile>& files, const fs::path& home) {
    const Inputs inputs(files);
    if (inputs.has(file_behind(STDOUT_FILENO))) {
        throw Error(ErrorKind::usage, "standard output is a file that is read");
    }
    const fs::path own = resolved(home);
    const std::vector<Place> folders = written_folders(files);
    std::vector<Place> places;
    for (const NamedFile& file : files) {
        std::error_code ignored;
        if (!is_output(file.role) || file.name.empty() || file.name == "-" ||
            fs::is_other(fs::status(file.name, ignored)))
            continue;
        if (file.role == Role::block_store && is_url(file.name)) continue;
        Place place{file.label, resolved(file.name), identity_of(file.name)};
        require_outside_home(file, place, own);
        if (file.role == Role::block_store) continue;
        require_no_input(place, inputs);
        require_no_input_within(place, file.ending, inputs);
        if (file.role != Role::output) continue;
        require_in_no_folder(place, folders);
        for (const Place& other : places) {
            if (place.path == other.path || (place.identity && place.identity == other.identity)) {
                throw Error(ErrorKind::usage, other.label + " and " + place.label + " name one file");
            }
        }
        places.push_back(std::move(place));
    }
}

}  // namespace msh::cli
