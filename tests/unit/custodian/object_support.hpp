// A home folder with a keystore, and objects sealed for one of its studies.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "custodian/home.hpp"
#include "custodian/run_folder.hpp"
#include "custodian/sealing.hpp"
#include "keystore/keystore.hpp"
#include "keystore/studies.hpp"
#include "record/about.hpp"
#include "record/object.hpp"
#include "record/sealed.hpp"
#include "support/new_keystore.hpp"
#include "support/temporary_folder.hpp"

namespace msh::custodian {

class ObjectTest : public ::testing::Test {
  protected:
    void SetUp() override {
        keystore = msh::test::new_keystore(home);
        const keystore::StudyRequest request{"default", "basic", Digest{1}, false};
        study = keystore::Studies(*keystore).get_or_create(request).value();
        run = std::make_unique<RunFolder>(home.spool());
    }

    [[nodiscard]] static Bytes plain_of(std::size_t size) {
        Bytes plain(size);
        for (std::size_t i = 0; i < size; ++i)
            plain[i] = static_cast<std::uint8_t>(i * 7 + (i >> 8) + (i >> 16));
        return plain;
    }
    [[nodiscard]] static record::About about_of(ByteView plain, const std::string& sop = "1.2.3") {
        record::About about;
        about.sop = sop;
        about.study = "1.2";
        about.sop_class = "1.2.840.10008.5.1.4.1.1.2";
        about.transfer_syntax = "1.2.840.10008.1.2.1";
        about.size = plain.size();
        about.sha256 = crypto::sha256(plain);
        return about;
    }
    [[nodiscard]] record::Object seal(ByteView plain, const record::About& about, const RunFolder& into,
                                      unsigned threads = 1) const {
        Sealer sealer(study, into, threads);
        sealer.write(plain);
        return sealer.finish("basic", about, {"1.2", plain.size(), about.sha256, {}, {{"00100010", {{"Doe"}}}}});
    }
    [[nodiscard]] record::Object seal(ByteView plain) const { return seal(plain, about_of(plain), *run); }

    [[nodiscard]] static Bytes read(const std::filesystem::path& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    static void write(const std::filesystem::path& path, ByteView bytes) {
        std::ofstream file(path, std::ios::binary);
        file << as_text(bytes);
    }
    [[nodiscard]] static std::vector<std::string> names_in(const std::filesystem::path& where) {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(where))
            names.push_back(entry.path().filename().string());
        std::sort(names.begin(), names.end());
        return names;
    }

    test::TemporaryFolder folder;
    Home home{folder.path() / "home"};
    std::unique_ptr<keystore::Keystore> keystore;
    keystore::StudyForWriting study;
    std::unique_ptr<RunFolder> run;
};

}  // namespace msh::custodian
