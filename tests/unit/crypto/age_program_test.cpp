// Both ways with the real `age` and `age-keygen` programs; skipped where they are not installed.
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <pty.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.hpp"
#include "crypto/age.hpp"
#include "crypto/object_key.hpp"
#include "crypto/random.hpp"
#include "support/temporary_folder.hpp"

namespace msh::crypto {
namespace {

std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        text[i] = static_cast<char>(i * i >> 3);
    return text;
}

class AgeProgram : public testing::Test {
  protected:
    void SetUp() override {
        if (std::system("age --version >/dev/null 2>&1 && command -v age-keygen >/dev/null") != 0) {
            GTEST_SKIP() << "age is not installed";
        }
        ASSERT_TRUE(shell("age-keygen -o key 2>/dev/null && age-keygen -y key >recipient"));
        std::string key_file = read("key");
        key_file.pop_back();
        identity_ = AgeIdentity::parse(std::string_view(key_file).substr(key_file.rfind('\n') + 1)).value();
    }

    [[nodiscard]] bool shell(const std::string& command) const {
        return std::system(("cd '" + folder_.path().string() + "' && " + command).c_str()) == 0;
    }

    [[nodiscard]] std::string read(const std::string& name) const {
        std::ifstream stream(folder_.path() / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    void write(const std::string& name, std::string_view text) const {
        std::ofstream(folder_.path() / name, std::ios::binary) << text;
    }

    // Runs age with a terminal of its own and types the passphrase there.
    [[nodiscard]] bool age_with_passphrase(const std::string& arguments, const std::string& passphrase) const {
        int terminal = -1;
        const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
        if (child == 0) {
            const std::string command = "cd '" + folder_.path().string() + "' && exec age " + arguments;
            ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
            ::_exit(127);
        }
        const FileDescriptor owner(terminal);
        std::string seen;
        char byte = 0;
        bool typed = false;
        while (::read(terminal, &byte, 1) == 1) {
            seen.push_back(byte);
            if (!typed && seen.find("passphrase:") != std::string::npos) {
                write_all(terminal, as_bytes(passphrase + "\n"));
                typed = true;
            }
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }

    test::TemporaryFolder folder_;
    AgeIdentity identity_;
};

const std::size_t sizes[] = {0, 1, 65535, 65536, 65537, 1048576, 3000001};

TEST_F(AgeProgram, KeysAgree) {
    EXPECT_EQ(identity_.recipient().text() + "\n", read("recipient"));
    const AgeIdentity own = AgeIdentity::generate();
    write("own", std::string(as_text(own.text())) + "\n");
    ASSERT_TRUE(shell("age-keygen -y own >own.recipient"));
    EXPECT_EQ(read("own.recipient"), own.recipient().text() + "\n");
}

TEST_F(AgeProgram, ReadsWhatIsWrittenHere) {
    for (const std::size_t size : sizes) {
        const std::string plain = pattern(size);
        for (const bool armor : {false, true}) {
            std::string file;
            const std::vector recipients{AgeIdentity::generate().recipient(), identity_.recipient()};
            AgeEncryptor encryptor(recipients, [&](ByteView part) { file += as_text(part); },
                                   {.armor = armor, .threads = 2});
            encryptor.write(as_bytes(plain));
            encryptor.finish();
            write("file", file);
            ASSERT_TRUE(shell("age -d -i key -o plain file"));
            EXPECT_TRUE(read("plain") == plain) << size;
        }
    }
}

TEST_F(AgeProgram, IsReadHere) {
    for (const std::size_t size : sizes) {
        const std::string plain = pattern(size);
        write("plain", plain);
        for (const std::string option : {"", "-a"}) {
            ASSERT_TRUE(shell("age " + option + " -R recipient -o file plain"));
            std::string back;
            AgeDecryptor decryptor(
                std::vector{identity_}, [&](ByteView part) { back += as_text(part); }, 2);
            decryptor.write(as_bytes(read("file")));
            decryptor.finish();
            EXPECT_TRUE(back == plain) << size;
        }
    }
}

TEST_F(AgeProgram, ReadsHeaderAndPayloadOfAnObject) {
    const FileKey file_key = object_file_key(random_key(), random_id());
    const std::string plain = pattern(200000);
    std::string payload;
    StreamSealer sealer(file_key, [&](ByteView part) { payload += as_text(part); });
    sealer.write(as_bytes(plain));
    sealer.finish();
    write("header", as_text(age_header(file_key, std::vector{identity_.recipient()})));
    write("payload", payload);
    ASSERT_TRUE(shell("cat header payload | age -d -i key >plain"));
    EXPECT_TRUE(read("plain") == plain);
}

bool has_terminals() {
    int terminal = -1;
    int program = -1;
    if (::openpty(&terminal, &program, nullptr, nullptr, nullptr) != 0) return false;
    ::close(terminal);
    ::close(program);
    return true;
}

TEST_F(AgeProgram, ReadsWhatIsWrittenUnderAPassphrase) {
    if (!has_terminals()) GTEST_SKIP() << "there are no terminals here (no devpts)";
    std::string file;
    const std::string passphrase = "typed by hand";
    AgeEncryptor encryptor(SecretBytes(passphrase.begin(), passphrase.end()),
                           [&](ByteView part) { file += as_text(part); }, {.work_factor = 10});
    encryptor.write(as_bytes("text"));
    encryptor.finish();
    write("file", file);
    ASSERT_TRUE(age_with_passphrase("-d -o plain file", passphrase));
    EXPECT_EQ(read("plain"), "text");
    EXPECT_FALSE(age_with_passphrase("-d -o other file", "something else"));
}

}  // namespace
}  // namespace msh::crypto
