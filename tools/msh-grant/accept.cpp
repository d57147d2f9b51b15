#include "accept.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary_file.hpp"
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
constexpr std::size_t enough_to_tell = 64;  // whether it is an age file

// Lines out of decrypted pieces, in memory that is wiped.
class LineSplitter {
  public:
    explicit LineSplitter(std::function<void(ByteView)> take) : take_(std::move(take)) {}

    void operator()(ByteView part) {
        for (const std::uint8_t byte : part) {
            if (byte != '\n') {
                if (line_.size() == cli::max_line) throw Error(ErrorKind::input, "a line of the grant is too long");
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

// Takes the rest of a pipe into a file without a name. A transaction is open while a grant is read, for which other
// programs wait; so whoever writes the grant must not be waited for in it.
FileDescriptor spool(int from, const custodian::Home& home) {
    const AtomicFile file(home.root() / "grant", 0600);
    FileDescriptor spooled(::open(file.temporary().c_str(), O_RDWR | O_CLOEXEC));
    if (!spooled) throw system_error("cannot open a temporary file", errno);
    ::unlink(file.temporary().c_str());
    Bytes buffer(buffer_size);
    Bytes beginning;
    while (true) {
        cli::wait_until_readable(from);
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

// `file`, or where it is no regular file, what it holds.
FileDescriptor open_grant(const std::string& file, const custodian::Home& home) {
    FileDescriptor grant(file == "-" ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                     : ::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    int why = !grant || ::fstat(grant.get(), &status) != 0 ? errno : 0;
    if (why == 0 && S_ISDIR(status.st_mode)) why = EISDIR;
    if (why != 0) throw Error(ErrorKind::input, std::string("the grant cannot be opened: ") + std::strerror(why));
    return S_ISREG(status.st_mode) ? std::move(grant) : spool(grant.get(), home);
}

bool is_wanted(const std::string& fingerprint, const std::optional<std::string>& named, bool pinned) {
    if (named && *named != fingerprint) {
        throw Error(ErrorKind::refused, "the grant is not from the issuer that --issuer names",
                    "do not accept it before you have spoken to the issuer");
    }
    if (named) return true;
    return pinned || cli::confirm("The grant comes from a new issuer, with the fingerprint\n  " + fingerprint +
                                  "\nCompare it with what its owner's 'msh-key show --fingerprint' says.\nAccept it?");
}

}  // namespace

void accept_grant(keystore::Keystore& keystore, const custodian::Home& home, const std::string& file,
                  const std::optional<std::string>& issuer, cli::Output& output) {
    const FileDescriptor grant = open_grant(file, home);
    const crypto::AgeIdentity identity{keystore::Identities(keystore).private_key(keystore::Identity::age)};

    GrantReader reader(keystore, home, [&](const std::string& fingerprint, bool pinned) {
        return is_wanted(fingerprint, issuer, pinned);
    });
    LineSplitter lines([&](ByteView line) { reader.take(line); });
    crypto::AgeDecryptor decryptor({&identity, 1}, [&](ByteView plain) { lines(plain); });
    try {
        Bytes buffer(buffer_size);
        for (std::size_t got = read_some(grant.get(), buffer); got > 0; got = read_some(grant.get(), buffer)) {
            decryptor.write(ByteView(buffer).first(got));
            cli::stop_if_signalled();
        }
        decryptor.finish();
    } catch (const crypto::AgeError& error) {
        if (error.failure() == crypto::AgeFailure::no_match) {
            throw Error(ErrorKind::refused, "the grant cannot be decrypted: it is for another recipient");
        }
        if (error.failure() == crypto::AgeFailure::not_age) throw;
        throw Error(ErrorKind::input, "the grant is damaged or cut off");
    }
    lines.finish();
    reader.finish();
    reader.for_each_record([&](const record::Object& object) {
        output.put_line(record::to_json(object));
        output.flush();
    });
}

}  // namespace msh
