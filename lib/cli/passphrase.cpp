#include "cli/passphrase.hpp"

#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <termios.h>
#include <unistd.h>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "base/private_file.hpp"
#include "base/waiting.hpp"
#include "cli/messages.hpp"
#include "cli/signals.hpp"

namespace msh::cli {
namespace {

constexpr std::size_t max_passphrase = 4096;

SecretBytes without_line_end(SecretBytes text) {
    if (!text.empty() && text.back() == '\n') text.pop_back();
    if (!text.empty() && text.back() == '\r') text.pop_back();
    if (text.empty()) throw Error(ErrorKind::usage, "the passphrase is empty");
    return text;
}

// Up to the end of the line or of the file.
SecretBytes read_line(int fd) {
    SecretBytes text;
    text.reserve(max_passphrase);
    while (true) {
        std::uint8_t byte = 0;
        wait_until_readable(fd);
        const ssize_t got = ::read(fd, &byte, 1);
        const int why = errno;
        if (got < 0 && (why == EINTR || why == EAGAIN || why == EWOULDBLOCK)) continue;
        // What was read so far is not the passphrase.
        if (got < 0) throw system_error("cannot read the passphrase", why);
        if (got == 0 || byte == '\n') break;
        if (text.size() == max_passphrase) throw Error(ErrorKind::usage, "the passphrase is too long");
        text.push_back(byte);
    }
    return text;
}

// The terminal without echo, for as long as this object lives. Its keys that would quit or stop the program, and so
// leave it silent, do nothing meanwhile; Ctrl-C ends the program in order.
class Silence {
  public:
    explicit Silence(int fd) : fd_(fd) {
        if (::tcgetattr(fd_, &before_) != 0) throw system_error("cannot silence the terminal", errno);
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        silent.c_lflag |= static_cast<tcflag_t>(ECHONL);
        silent.c_cc[VQUIT] = silent.c_cc[VSUSP] = _POSIX_VDISABLE;
        if (::tcsetattr(fd_, TCSAFLUSH, &silent) != 0) throw system_error("cannot silence the terminal", errno);
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;
    ~Silence() { ::tcsetattr(fd_, TCSAFLUSH, &before_); }

  private:
    int fd_;
    termios before_{};
};

// Up to the end of the line, from a descriptor that whoever started the program has opened.
SecretBytes read_inherited(const PassphraseOptions& options) {
    const std::string_view digits = *options.descriptor;
    int fd = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), fd);
    if (error != std::errc() || end != digits.data() + digits.size() || fd < 0) {
        throw Error(ErrorKind::usage, options.name + "-fd needs a number");
    }
    if (::fcntl(fd, F_GETFD) == -1) {
        throw Error(ErrorKind::usage, "file descriptor " + std::to_string(fd) + " is not open");
    }
    SecretBytes line = read_line(fd);
    if (line.empty()) {
        throw Error(
            ErrorKind::usage, "file descriptor " + std::to_string(fd) + " gave no passphrase",
            "it is at its end, or at an empty line; programs of a pipe cannot share one descriptor, but all read "
            "one file with " +
                options.name + "-file");
    }
    return without_line_end(std::move(line));
}

SecretBytes ask(const PassphraseOptions& options, const char* prompt, const std::filesystem::path& prompt_lock,
                Passphrase which) {
    const FileDescriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC));
    if (!terminal) {
        throw Error(ErrorKind::usage, "no terminal to ask for the passphrase",
                    "give it with " + options.name + "-file or " + options.name + "-fd" + options.instead);
    }
    // Not told: the terminal is the asker's.
    const FileLock one_at_a_time(prompt_lock, FileLock::WaitNotice::hidden);
    stop_if_signalled();  // what ended the one before ends this one too
    const Silence silence(terminal.get());
    const auto answer_to = [&](const std::string& question) {
        write_all(terminal.get(), as_bytes(program_name() + ": " + question));
        return without_line_end(read_line(terminal.get()));
    };
    SecretBytes words = answer_to(prompt);
    if (which == Passphrase::fresh && !constant_time_equal(words, answer_to("again: "))) {
        throw Error(ErrorKind::usage, "the two passphrases differ");
    }
    return words;
}

}  // namespace

void add_passphrase_options(Options& options, PassphraseOptions& passphrase) {
    options.value(passphrase.name + "-file", passphrase.file, "FILE",
                  "read the passphrase of " + passphrase.opens + " from FILE", Role::input);
    options.value(passphrase.name + "-fd", passphrase.descriptor, "N", "read it from file descriptor N",
                  Role::descriptor);
}

SecretBytes read_passphrase(const PassphraseOptions& options, const char* prompt,
                            const std::filesystem::path& prompt_lock, Passphrase which) {
    if (options.file && options.descriptor) {
        throw Error(ErrorKind::usage, options.name + "-file and " + options.name + "-fd are mutually exclusive");
    }
    if (options.file) {
        auto text = read_private_file(*options.file, max_passphrase);
        if (!text) throw Error(ErrorKind::usage, "the passphrase file does not exist");
        return without_line_end(std::move(*text));
    }
    if (options.descriptor) return read_inherited(options);
    return ask(options, prompt, prompt_lock, which);
}

std::function<SecretBytes(const char* prompt)> passphrase_reader(const PassphraseOptions& options,
                                                                 const std::filesystem::path& prompt_lock,
                                                                 Passphrase which) {
    return [&options, prompt_lock, which, held = SecretBytes()](const char* prompt) mutable {
        if (held.empty()) held = read_passphrase(options, prompt, prompt_lock, which);
        return held;
    };
}

}  // namespace msh::cli
