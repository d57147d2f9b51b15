// The home folder: where everything of a custodian lies, and who may see it (man/msh.7, FILES).
//
//     keystore.db       the keystore (and SQLite's side files)
//     master.key        the master key, or master.age: the same under a passphrase
//     tombstones        what was shredded
//     store/            blocks, one file a block; follows the umask so that a web server can serve it
//     log/              the log's public folder; the same
//     index/            segments and manifest
//     spool/            payloads on their way from msh-encrypt to msh-put, a folder a run
//     fetched/          payloads on their way from msh-get to msh-decrypt, a folder a run
//     *.lock            lock files. master.lock: held while the master key is made or replaced, from before it is read
//                       until the keystore opens with the new one alone. log.lock, index.lock: held by the one
//                       writer. prompt.lock: held while a program asks at the terminal
//
// If you take several, take them in this order: master, index, log, prompt.
//
// The home folder itself is 0711, so that the two public folders can be reached and nothing can be listed; everything
// else is 0700 or 0600 whatever the umask.
#pragma once

#include <filesystem>
#include <utility>

namespace msh::custodian {

class Home {
  public:
    // Names the places; touches nothing.
    explicit Home(std::filesystem::path root) : root_(std::move(root)) {}

    [[nodiscard]] const std::filesystem::path& root() const noexcept { return root_; }
    [[nodiscard]] std::filesystem::path keystore() const { return root_ / "keystore.db"; }
    [[nodiscard]] std::filesystem::path key_file() const { return root_ / "master.key"; }
    [[nodiscard]] std::filesystem::path passphrase_key_file() const { return root_ / "master.age"; }
    [[nodiscard]] std::filesystem::path master_lock() const { return root_ / "master.lock"; }
    [[nodiscard]] std::filesystem::path tombstones() const { return root_ / "tombstones"; }
    [[nodiscard]] std::filesystem::path store() const { return root_ / "store"; }
    [[nodiscard]] std::filesystem::path log() const { return root_ / "log"; }
    [[nodiscard]] std::filesystem::path log_lock() const { return root_ / "log.lock"; }
    [[nodiscard]] std::filesystem::path index() const { return root_ / "index"; }
    [[nodiscard]] std::filesystem::path index_lock() const { return root_ / "index.lock"; }
    [[nodiscard]] std::filesystem::path prompt_lock() const { return root_ / "prompt.lock"; }
    [[nodiscard]] std::filesystem::path spool() const { return root_ / "spool"; }
    [[nodiscard]] std::filesystem::path fetched() const { return root_ / "fetched"; }

    // Makes the folder and its parents if they are missing, and removes what killed runs left half written in it.
    // Throws Error (failed).
    void make() const;
    [[nodiscard]] bool has_keystore() const;

  private:
    std::filesystem::path root_;
};

}  // namespace msh::custodian
