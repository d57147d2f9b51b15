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
    // Standard output or `output` for one recipient, files in the folder `output` for several. Error (usage) for an
    // output that cannot take them, and for a terminal.
    GrantFiles(const std::vector<Recipient>& recipients, const std::optional<std::string>& output);

    // Of the recipient at this place in the list.
    void write(std::size_t recipient, ByteView bytes);
    void commit();
    // Whether something of this recipient's grant may have left, also if a write failed.
    [[nodiscard]] bool may_have_left(std::size_t recipient) const;

  private:
    bool has_begun_ = false;
    std::vector<std::unique_ptr<AtomicFile>> files_;  // none: standard output
};

}  // namespace msh::granting
