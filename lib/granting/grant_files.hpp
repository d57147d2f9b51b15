// Where grants go: one file a recipient, which appears whole or not at all.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/temporary_file.hpp"
#include "granting/recipients.hpp"

namespace msh::granting {

class GrantFiles {
  public:
    // Standard output or `output` for one recipient, files in the folder `output` for several. Throws Error (usage) if
    // several recipients would share one output, if `output` is neither a file nor a folder, or if standard output is a
    // terminal.
    GrantFiles(const std::vector<Recipient>& recipients, const std::optional<std::string>& output);

    // `recipient` is the index in the list that the constructor was given.
    void write(std::size_t recipient, ByteView bytes);
    void commit();
    // Whether the recipient may already have part of the grant. Use it after a failed write.
    [[nodiscard]] bool may_have_left(std::size_t recipient) const;

  private:
    bool has_begun_ = false;
    std::vector<std::unique_ptr<AtomicFile>> files_;  // none: standard output
};

}  // namespace msh::granting
