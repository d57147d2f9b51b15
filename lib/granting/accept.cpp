#include "granting/accept.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary_file.hpp"
#include "base/waiting.hpp"
#include "crypto/age.hpp"
#include "granting/grant_reader.hpp"
#include "keystore/identities.hpp"

namespace msh::granting {
namespace {

constexpr std::size_t buffer_size = std::size_t{1} << 18;
constexpr std::size_t enough_to_tell = 64;  // whether it is an age file

// Lines out of decrypted pieces, in memory that is wiped.
class LineSplitter {
  public:
    explicit LineSplitter(std::function<void(ByteView)> take) : take_(std::move(take)) {}

    void operator()(ByteView part) {
        for (const std::uint8_t byte : part) {
            if (byte != '\n') {
                if (line_.size() == record::max_line) throw Error(ErrorKind::input, "a line of the grant is too long");
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

bool is_regular(int fd) {
    struct stat status {};
    if (::fstat(fd, &status) != 0) throw system_error("cannot read", errno);
    return S_ISREG(status.st_mode);
}

// Takes the rest of a pipe into a file without a name; anything but an age file is refused as soon as it shows.
FileDescriptor spool(int from, const custodian::Home& home) {
    const AtomicFile file(home.root() / "grant", 0600);
    FileDescriptor spooled(::open(file.temporary().c_str(), O_RDWR | O_CLOEXEC));
    if (!spooled) throw system_error("cannot open a temporary file", errno);
    ::unlink(file.temporary().c_str());
    Bytes buffer(buffer_size);
    Bytes beginning;
    while (true) {
        wait_until_readable(from);
        const ssize_t got = ::read(from, buffer.data(), buffer.size());
        const int why = errno;
        if (got == 0) break;
        if (got > 0) {
            const ByteView part = ByteView(buffer).first(static_cast<std::size_t>(got));
            if (beginning.size() < enough_to_tell) append(beginning, part.first(std::min(part.size(), enough_to_tell)));
            if (!crypto::may_begin_age(beginning)) throw Error(ErrorKind::input, "the grant is not an age file");
            write_all(spooled.get(), part);
        }
        if (got < 0 && why != EINTR) throw system_error("cannot read", why);
    }
    if (::lseek(spooled.get(), 0, SEEK_SET) != 0) throw system_error("cannot read a temporary file", errno);
    return spooled;
}

bool is_wanted(const AcceptTerms& terms, const std::string& fingerprint, bool pinned) {
    if (terms.issuer && *terms.issuer != fingerprint) {
        throw Error(ErrorKind::refused, "the grant is not from the issuer that --issuer names",
                    "do not accept it before you have spoken to the issuer");
    }
    if (terms.issuer || pinned) return true;
    return terms.confirm("The grant comes from a new issuer, with the fingerprint\n  " + fingerprint +
                         "\nCompare it with what its owner's 'msh-key show --fingerprint' says.\nAccept it?");
}

void decrypt(int grant, const crypto::AgeIdentity& identity, const crypto::Sink& plain, const Program& program) {
    crypto::AgeDecryptor decryptor({&identity, 1}, plain);
    try {
        Bytes buffer(buffer_size);
        for (std::size_t got = read_some(grant, buffer); got > 0; got = read_some(grant, buffer)) {
            decryptor.write(ByteView(buffer).first(got));
            program.stop_if_signalled();
        }
        decryptor.finish();
    } catch (const crypto::AgeError& error) {
        if (error.failure() == crypto::AgeFailure::no_match) {
            throw Error(ErrorKind::refused, "the grant cannot be decrypted: it is for another recipient");
        }
        if (error.failure() == crypto::AgeFailure::not_age) throw;
        throw Error(ErrorKind::input, "the grant is damaged or cut off");
    }
}

}  // namespace

void accept_grant(keystore::Keystore& keystore, const custodian::Home& home, int grant, const AcceptTerms& terms,
                  Program& program, const std::function<void(const record::Object&)>& call) {
    FileDescriptor spooled;
    if (!is_regular(grant)) spooled = spool(grant, home);
    const crypto::AgeIdentity identity{keystore::Identities(keystore).private_key(keystore::Identity::age)};

    GrantReader reader(
        keystore, [&](const std::string& fingerprint, bool pinned) { return is_wanted(terms, fingerprint, pinned); });
    LineSplitter lines([&](ByteView line) { reader.take(line); });
    decrypt(
        spooled ? spooled.get() : grant, identity, [&](ByteView plain) { lines(plain); }, program);
    lines.finish();
    reader.finish();
    reader.for_each_record(call);
}

}  // namespace msh::granting
