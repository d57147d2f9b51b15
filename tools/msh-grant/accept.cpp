#include "accept.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/confirm.hpp"
#include "cli/line_reader.hpp"
#include "cli/signals.hpp"
#include "crypto/age.hpp"
#include "custodian/custodian.hpp"
#include "grant_reader.hpp"
#include "keystore/identities.hpp"

namespace msh {
namespace {

constexpr std::size_t buffer_size = std::size_t{1} << 18;

// Lines out of decrypted pieces, in memory that is wiped.
class LineSplitter {
  public:
    explicit LineSplitter(std::function<void(ByteView)> take) : take_(std::move(take)) {}

    void operator()(ByteView part) {
        for (const std::uint8_t byte : part) {
            if (byte != '\n') {
                if (line_.size() == cli::longest_line) throw Error(ErrorKind::input, "a line of the grant is too long");
                line_.push_back(byte);
                continue;
            }
            take_(line_);
            line_.clear();
        }
    }
    void finish() const {
        if (!line_.empty()) throw Error(ErrorKind::input, "the grant ends within a line");
    }

  private:
    std::function<void(ByteView)> take_;
    SecretBytes line_;
};

bool is_wanted(const std::string& fingerprint, const std::optional<std::string>& named, bool pinned) {
    if (named) return *named == fingerprint;
    return pinned ||
           cli::confirm("The grant comes from a custodian not met before, with the fingerprint\n  " + fingerprint +
                        "\nCompare it with what its owner's 'msh-key show --fingerprint' says.\nAccept it?");
}

}  // namespace

void accept_grant(keystore::Keystore& keystore, const custodian::Home& home, const std::string& file,
                  const std::optional<std::string>& issuer, cli::Output& output) {
    FileDescriptor owned;
    if (file != "-") {
        owned = FileDescriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
        if (!owned) throw Error(ErrorKind::input, "the grant cannot be opened");
    }
    const int fd = owned ? owned.get() : STDIN_FILENO;
    const crypto::AgeIdentity identity{keystore::Identities(keystore).private_key(keystore::Identity::age)};

    GrantReader reader(keystore, home, [&](const std::string& fingerprint, bool pinned) {
        return is_wanted(fingerprint, issuer, pinned);
    });
    LineSplitter lines([&](ByteView line) { reader.take(line); });
    crypto::AgeDecryptor decryptor({&identity, 1}, [&](ByteView plain) { lines(plain); });
    try {
        Bytes buffer(buffer_size);
        for (std::size_t got = read_some(fd, buffer); got > 0; got = read_some(fd, buffer)) {
            decryptor.write(ByteView(buffer).first(got));
            cli::stop_if_signalled();
        }
        decryptor.finish();
    } catch (const crypto::AgeError& error) {
        if (error.failure() != crypto::AgeFailure::no_match) throw;
        throw Error(ErrorKind::refused, "the grant is not for this custodian");
    }
    lines.finish();
    reader.finish();
    reader.for_each_record([&](const record::Object& object) {
        output.put_line(record::to_json(object));
        output.flush();
    });
}

}  // namespace msh
