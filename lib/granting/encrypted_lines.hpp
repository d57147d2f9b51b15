// The grants of several recipients, written side by side: they differ in their first lines alone. Throws Error as
// GrantFiles::write() does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "crypto/age.hpp"
#include "granting/grant_files.hpp"
#include "granting/recipients.hpp"

namespace msh::granting {

class EncryptedLines {
  public:
    // One file a recipient, which only that recipient can decrypt. The files must outlive it.
    EncryptedLines(const std::vector<Recipient>& recipients, GrantFiles& files) {
        for (std::size_t i = 0; i < recipients.size(); ++i) {
            encryptors_.emplace_back(std::span(&recipients[i].key, 1),
                                     [&files, i](ByteView part) { files.write(i, part); });
        }
    }

    // A line each, in the order of the recipients.
    void write_each(const std::vector<std::string>& lines) {
        for (std::size_t i = 0; i < lines.size(); ++i)
            write(encryptors_[i], as_bytes(lines[i]));
    }
    // The same line to all.
    void write(ByteView line) {
        for (crypto::AgeEncryptor& encryptor : encryptors_)
            write(encryptor, line);
    }
    void finish() {
        for (crypto::AgeEncryptor& encryptor : encryptors_)
            encryptor.finish();
    }

  private:
    static void write(crypto::AgeEncryptor& encryptor, ByteView line) {
        encryptor.write(line);
        encryptor.write(as_bytes("\n"));
    }

    std::vector<crypto::AgeEncryptor> encryptors_;
};

}  // namespace msh::granting
