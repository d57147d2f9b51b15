// Small DICOM files, a home folder to encrypt them into, and what becomes of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "crypto/random.hpp"
#include "custodian/home.hpp"
#include "dicom/dictionary.hpp"
#include "dicom/file_meta.hpp"
#include "intake/encryptor.hpp"
#include "intake/options.hpp"
#include "intake/result.hpp"
#include "intake/results.hpp"
#include "keystore/keystore.hpp"
#include "record/object.hpp"
#include "support/fake_program.hpp"
#include "support/new_keystore.hpp"
#include "support/temporary_folder.hpp"

namespace msh::intake {

// A CT image of John Doe's, of 4 x 4 pixels.
struct TestFile {
    std::string sop_instance = "1.2.3.4";
    std::string study = "1.2.3";
    bool may_show_names = false;  // Burned In Annotation is YES: refused unless it is allowed
    std::string sop_class = "1.2.840.10008.5.1.4.1.1.2";

    [[nodiscard]] Bytes bytes() const {
        std::string data = text(0x00080008, "CS", "ORIGINAL\\PRIMARY\\AXIAL") + uid(0x00080016, sop_class) +
                           uid(0x00080018, sop_instance) + text(0x00080020, "DA", "20240131") +
                           text(0x00080060, "CS", "CT") + text(0x00100010, "PN", "Doe^John") +
                           text(0x00100020, "LO", "MRN-77") + uid(0x0020000D, study) + uid(0x0020000E, study + ".1") +
                           number(0x00280002, 1) + text(0x00280004, "CS", "MONOCHROME2") + number(0x00280010, 4) +
                           number(0x00280011, 4) + number(0x00280100, 8) + number(0x00280101, 8) +
                           number(0x00280102, 7) + number(0x00280103, 0);
        if (may_show_names) data += text(0x00280301, "CS", "YES");
        data += tag_of(0x7FE00010) + "OB" + std::string(2, '\0') + little_endian(16, 4) + std::string(16, '\x55');
        Bytes file = dicom::file_head(sop_class, sop_instance, "1.2.840.10008.1.2.1");
        append(file, as_bytes(data));
        return file;
    }

  private:
    static std::string little_endian(std::size_t value, std::size_t width) {
        std::string out;
        for (std::size_t i = 0; i < width; ++i)
            out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
        return out;
    }
    static std::string tag_of(std::uint32_t tag) {
        return little_endian(tag >> 16, 2) + little_endian(tag & 0xFFFF, 2);
    }
    static std::string element(std::uint32_t tag, std::string_view vr, const std::string& value) {
        return tag_of(tag) + std::string(vr) + little_endian(value.size(), 2) + value;
    }
    static std::string text(std::uint32_t tag, std::string_view vr, const std::string& value) {
        return element(tag, vr, value + (value.size() % 2 == 0 ? "" : " "));
    }
    static std::string uid(std::uint32_t tag, const std::string& value) {
        return element(tag, "UI", value + std::string(value.size() % 2, '\0'));
    }
    static std::string number(std::uint32_t tag, std::size_t value) {
        return element(tag, "US", little_endian(value, 2));
    }
};

class KeptResults final : public Results {
  public:
    void require_no_output(const std::filesystem::path& input) override {
        if (input == output) throw Error(ErrorKind::usage, "it would be overwritten");
    }
    void put(const Result& result) override {
        outcomes.push_back(result.outcome);
        positions.push_back(result.input.position);
        results.push_back(result);
    }
    void report_failure(const Result& result) override { reported.push_back(result.input.position); }
    void put_record(const record::Object& record) override { records.push_back(record); }
    void flush() override { ++flushes; }

    std::filesystem::path output;
    std::vector<Outcome> outcomes;
    std::vector<std::uint64_t> positions;
    std::vector<Result> results;
    std::vector<std::uint64_t> reported;
    std::vector<record::Object> records;
    int flushes = 0;
};

class IntakeTest : public ::testing::Test {
  protected:
    void SetUp() override {
        dicom::load_dictionary();
        keystore = msh::test::new_keystore(home);
        std::filesystem::create_directory(files);
    }

    std::string add(const std::string& name, const TestFile& file = {}) { return add_bytes(name, file.bytes()); }
    std::string add_bytes(const std::string& name, const Bytes& bytes) {
        std::ofstream(files / name, std::ios::binary) << as_text(bytes);
        return (files / name).string();
    }
    // A file of its own in the same study.
    std::string add_new(const std::string& name) {
        return add(name, {.sop_instance = "1.2.3.5." + std::to_string(++instances)});
    }

    // One run of the program.
    Counts encrypt(const NextInputs& next) {
        results = std::make_unique<KeptResults>();
        results->output = output;
        return Encryptor(home, *keystore, options, *results, program).run(next);
    }
    Counts encrypt(const std::vector<std::string>& paths) {
        std::size_t taken = 0;
        return encrypt([&](std::size_t max) {
            std::vector<Input> inputs;
            for (; inputs.size() < max && taken < paths.size(); ++taken)
                inputs.push_back({.position = taken + 1, .path = paths[taken]});
            return inputs;
        });
    }
    [[nodiscard]] Outcome outcome_of(const std::string& path) {
        (void)encrypt(std::vector{path});
        return results->outcomes.at(0);
    }
    // How many payloads lie in the spool.
    [[nodiscard]] std::size_t payloads() const {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(home.spool()))
            count += entry.is_regular_file() && entry.path().filename() != "lock" ? 1 : 0;
        return count;
    }

    test::TemporaryFolder folder;
    custodian::Home home{folder.path() / "home"};
    std::filesystem::path files = folder.path() / "files";
    std::filesystem::path output;
    std::unique_ptr<keystore::Keystore> keystore;
    Options options;
    test::FakeProgram program;
    std::unique_ptr<KeptResults> results;  // of the last run
    int instances = 0;
};

}  // namespace msh::intake
