#include "custodian/master_key.hpp"

#include <cstdlib>
#include <string_view>
#include <sys/stat.h>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary_file.hpp"
#include "crypto/age.hpp"

namespace msh::custodian {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view title = "msh-master-key-v1 ";
constexpr std::size_t max_file = 64 * 1024;
constexpr const char* prompt = "passphrase of the master key: ";

fs::path file_of(const Home& home, KeyPlace place) {
    return place == KeyPlace::key_file ? home.key_file() : home.passphrase_key_file();
}

fs::path staged(const fs::path& file) {
    return file.string() + ".next";
}

std::optional<fs::path> credential_file() {
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr || *folder == '\0') return std::nullopt;
    fs::path file = fs::path(folder) / "msh-master";
    std::error_code ignored;
    if (!fs::exists(file, ignored)) return std::nullopt;
    return file;
}

Key key_of(ByteView text, const char* what) {
    const auto key = parse_master_key(text);
    if (!key) throw Error(ErrorKind::failed, std::string("the master key in ") + what + " is damaged");
    return *key;
}

Key decrypt(const SecretBytes& file, const AskPassphrase& ask) {
    SecretBytes text;
    const SecretBytes words = ask(prompt);
    crypto::AgeDecryptor decryptor(words, [&](ByteView part) { text.insert(text.end(), part.begin(), part.end()); });
    try {
        decryptor.write(file);
        decryptor.finish();
    } catch (const crypto::AgeError& error) {
        if (error.failure() == crypto::AgeFailure::no_match) {
            throw Error(ErrorKind::failed, "wrong passphrase for the master key");
        }
        throw Error(ErrorKind::failed, std::string("the file of the master key is damaged: ") + error.what());
    }
    return key_of(text, "master.age");
}

void require_private(const fs::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) == 0 && (status.st_mode & 077) != 0) {
        throw Error(ErrorKind::failed, "the master key is readable by others", "chmod 600 '" + file.string() + "'");
    }
}

}  // namespace

SecretBytes master_key_text(const Key& key) {
    std::string coded = to_base64(key.view());
    SecretBytes text(title.begin(), title.end());
    text.reserve(title.size() + coded.size() + 1);
    text.insert(text.end(), coded.begin(), coded.end());
    text.push_back('\n');
    wipe(coded.data(), coded.size());
    return text;
}

std::optional<Key> parse_master_key(ByteView text) {
    std::string_view line = as_text(text);
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (!line.starts_with(title)) return std::nullopt;
    const auto bytes = secret_from_base64(line.substr(title.size()));
    if (!bytes || bytes->size() != Key().view().size()) return std::nullopt;
    return Key{std::span<const std::uint8_t, 32>(*bytes)};
}

std::optional<Key> master_key_from_credential() {
    const auto file = credential_file();
    if (!file) return std::nullopt;
    return key_of(read_secret_file(*file, max_file).value(), "the credential 'msh-master'");
}

MasterKey load_master_key(const Home& home, const AskPassphrase& ask) {
    if (const auto key = master_key_from_credential()) return {*key, KeyPlace::credential};
    if (const auto file = read_secret_file(home.passphrase_key_file(), max_file)) {
        return {decrypt(*file, ask), KeyPlace::passphrase_file};
    }
    const auto file = read_secret_file(home.key_file(), max_file);
    if (!file) {
        throw Error(ErrorKind::failed,
                    "there is no master key: no credential 'msh-master', and neither master.age nor master.key in '" +
                        home.root().string() + "'");
    }
    require_private(home.key_file());
    return {key_of(*file, "master.key"), KeyPlace::key_file};
}

void require_no_bare_master_key(const Home& home) {
    std::error_code ignored;
    const bool is_credential = credential_file().has_value();
    const bool is_bare =
        is_credential || (fs::exists(home.key_file(), ignored) && !fs::exists(home.passphrase_key_file(), ignored));
    if (!is_bare) return;
    const std::string which =
        is_credential ? "the credential 'msh-master'" : "master.key in '" + home.root().string() + "'";
    throw Error(ErrorKind::usage, "there is a master key already, which no passphrase protects: " + which,
                "omit the passphrase to use that key");
}

void store_master_key(const Home& home, const Key& key, KeyPlace place, const AskPassphrase& ask) {
    stage_master_key(home, key, place, ask);
    adopt_staged_master_key(home, place);
}

void stage_master_key(const Home& home, const Key& key, KeyPlace place, const AskPassphrase& ask) {
    const SecretBytes text = master_key_text(key);
    const fs::path file = staged(file_of(home, place));
    if (place == KeyPlace::key_file) {
        write_file_atomically(file, text, 0600);
        return;
    }
    Bytes encrypted;
    const SecretBytes words = ask(prompt);
    crypto::AgeEncryptor encryptor(words, [&](ByteView part) { append(encrypted, part); });
    encryptor.write(text);
    encryptor.finish();
    write_file_atomically(file, encrypted, 0600);
}

void adopt_staged_master_key(const Home& home, KeyPlace place) {
    const fs::path file = file_of(home, place);
    fs::rename(staged(file), file);
    sync_folder(home.root());
}

}  // namespace msh::custodian
