#include "dicom/instance.hpp"

#include <algorithm>
#include <array>
#include <dcmtk/dcmdata/dcdatset.h>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "dicom/originals.hpp"
#include "file_support.hpp"
#include "support/temporary_folder.hpp"

namespace msh::test {
namespace {

const std::string four_pixels("\x01\x02\x03\x04\x05\x06\x07\x08", 8);
const std::string native_pixels = long_element(0x7FE00010, "OW", four_pixels);

bool contains(const Bytes& bytes, std::string_view text) {
    return as_text(bytes).find(text) != std::string_view::npos;
}

TEST(Instance, KnowsWhatItIs) {
    auto head = ct_head();
    put(*head, 0x00100021, EVR_LO, "Clinic");
    const Bytes file = file_of(*head, native_pixels);
    dicom::Instance instance = dicom::Instance::from_memory(file);
    EXPECT_EQ(instance.identity().sop_class, ct_class);
    EXPECT_EQ(instance.identity().sop_instance, "1.2.3.4");
    EXPECT_EQ(instance.identity().study, "1.2.3");
    EXPECT_EQ(instance.identity().series, "1.2.3.1");
    EXPECT_EQ(instance.identity().patient_id, "MRN-77");
    EXPECT_EQ(instance.identity().issuer_of_patient_id, "Clinic");
    EXPECT_EQ(instance.identity().modality, "CT");
    EXPECT_EQ(instance.identity().transfer_syntax, explicit_little);
    EXPECT_EQ(instance.original_size(), file.size());
    EXPECT_EQ(instance.original_digest(), crypto::sha256(file));
    EXPECT_FALSE(dicom::read_originals(instance.data_set()).empty());
    instance.require_basic({});
}

TEST(Instance, IdentifiedIsTheSameFile) {
    const Bytes file = file_of(*ct_head(), native_pixels);
    dicom::Instance instance = dicom::Instance::from_memory(file);
    Bytes out;
    const auto written = std::move(instance).write_identified([&](ByteView part) { append(out, part); });
    EXPECT_EQ(out, file);
    EXPECT_EQ(written.size, file.size());
    EXPECT_EQ(written.digest, crypto::sha256(file));
    EXPECT_EQ(written.identity.sop_instance, "1.2.3.4");
}

TEST(Instance, IdentifiedTakesWhatBasicRefuses) {
    auto head = ct_head();
    put(*head, 0x00080016, EVR_UI, "1.2.840.10008.5.1.4.1.1.88.11");
    const Bytes file = file_of(*head, "");
    EXPECT_EQ(failure(file, {}, ErrorKind::refused), "a structured report");
    Bytes out;
    (void)dicom::Instance::from_memory(file).write_identified([&](ByteView part) { append(out, part); });
    EXPECT_EQ(out, file);
}

TEST(Instance, BasicReplacesWhatNamesThePatient) {
    Bytes file = file_of(*ct_head(), native_pixels);
    std::copy_n("Doe^John in the preamble", 24, file.begin());
    dicom::Instance instance = dicom::Instance::from_memory(file);
    Bytes out;
    const auto written =
        std::move(instance).write_basic({mapped, pseudonym}, {}, [&](ByteView part) { append(out, part); });
    EXPECT_FALSE(contains(out, "Doe"));
    EXPECT_FALSE(contains(out, "MRN-77"));
    EXPECT_FALSE(contains(out, "20240131"));
    EXPECT_TRUE(std::all_of(out.begin(), out.begin() + 128, [](std::uint8_t byte) { return byte == 0; }));
    EXPECT_EQ(pixel_bytes(out), four_pixels);
    EXPECT_EQ(written.identity.sop_instance, mapped("1.2.3.4"));
    EXPECT_EQ(written.identity.series, mapped("1.2.3.1"));
    EXPECT_EQ(written.identity.study, mapped("1.2.3"));
    EXPECT_EQ(written.digest, crypto::sha256(out));
    const auto data = read_back(out);
    EXPECT_EQ(text(*data, 0x00080018), mapped("1.2.3.4"));
    EXPECT_EQ(text(*data, 0x00100010), pseudonym);
    EXPECT_EQ(text(*data, 0x00120062), "YES");
}

// Everything a record's about box tells is what stands in the new file, and nothing of it is anybody's text.
TEST(Instance, WhatIsSaidOfTheNewFileComesFromIt) {
    constexpr std::string_view secret = "Doe^John 1953";
    const std::pair<std::uint32_t, DcmEVR> read[] = {{0x00080018, EVR_UI}, {0x0020000D, EVR_UI}, {0x0020000E, EVR_UI},
                                                     {0x0020000E, EVR_LO}, {0x00080060, EVR_CS}, {0x00080060, EVR_LO},
                                                     {0x00080060, EVR_SH}, {0x00080060, EVR_UT}};
    for (const auto& [tag, vr] : read) {
        for (const std::string& value :
             {std::string(secret), std::string("DOE JOHN 1953"), "CT\\" + std::string(secret)}) {
            const bool names_one = tag == 0x00080018 || tag == 0x0020000D;
            if (names_one && value != secret) continue;  // damaged
            auto head = ct_head();
            put(*head, tag, vr, names_one ? "Doe^John.1953" : value);
            Bytes out;
            dicom::Instance instance = dicom::Instance::from_memory(file_of(*head, native_pixels));
            const auto written =
                std::move(instance).write_basic({mapped, pseudonym}, {}, [&](ByteView part) { append(out, part); });
            const dicom::Identity& now = written.identity;
            const std::string told = now.sop_instance + now.series + now.study + now.sop_class + now.transfer_syntax +
                                     now.modality + now.patient_id + now.issuer_of_patient_id;
            EXPECT_EQ(told.find("1953"), std::string::npos) << told;
            EXPECT_FALSE(contains(out, "1953"));
            const auto data = read_back(out);
            EXPECT_EQ(now.sop_class, ct_class);
            EXPECT_EQ(now.transfer_syntax, explicit_little);
            EXPECT_EQ(now.sop_instance, text(*data, 0x00080018));
            EXPECT_EQ(now.study, text(*data, 0x0020000D));
            EXPECT_EQ(now.series, text(*data, 0x0020000E));
            if (has(*data, 0x00080060)) {
                EXPECT_EQ(now.modality, text(*data, 0x00080060));
            }
        }
    }
    // An element that is missing, or of no use, is an empty text.
    auto head = ct_head();
    delete head->remove(DcmTagKey(0x0008, 0x0060));
    put(*head, 0x0020000E, EVR_OB, secret);
    dicom::Instance instance = dicom::Instance::from_memory(file_of(*head, native_pixels));
    const auto written = std::move(instance).write_basic({mapped, pseudonym}, {}, [](ByteView) {});
    EXPECT_EQ(written.identity.modality, "");
    EXPECT_EQ(written.identity.series, "");
}

TEST(Instance, PixelMarkers) {
    auto plain = ct_head();
    EXPECT_FALSE(contains(basic(file_of(*plain, native_pixels)), "PIXELS NOT CLEANED"));
    put(*plain, 0x00280301, EVR_CS, "YES");
    const Bytes file = file_of(*plain, native_pixels);
    EXPECT_EQ(failure(file, {}, ErrorKind::refused), "pixels that may show names (burned-in)");
    const Bytes out = basic(file);
    EXPECT_TRUE(contains(out, "PIXELS NOT CLEANED"));
    EXPECT_EQ(text(*read_back(out), 0x00120062), "NO");
    // Without pixels there is nothing to refuse.
    EXPECT_EQ(failure(file_of(*plain, ""), {}), "");
    EXPECT_EQ(failure(file_of(*plain, long_element(0x7FE00010, "OW", "")), {}), "");
}

TEST(Instance, MissingIdentifiers) {
    const std::array<std::pair<DcmTagKey, const char*>, 3> needed{{{DCM_SOPClassUID, "no SOP Class UID"},
                                                                   {DCM_SOPInstanceUID, "no SOP Instance UID"},
                                                                   {DCM_StudyInstanceUID, "no Study Instance UID"}}};
    for (const auto& [tag, message] : needed) {
        auto absent = ct_head();
        delete absent->remove(tag);
        EXPECT_EQ(failure(file_of(*absent, native_pixels)), message);
        auto empty = ct_head();
        put(*empty, std::uint32_t{tag.getGroup()} << 16 | tag.getElement(), EVR_UI, " ");
        EXPECT_EQ(failure(file_of(*empty, native_pixels)), message);
    }
}

std::unique_ptr<DcmDataset> without_instance_uid() {
    auto head = ct_head();
    delete head->remove(DCM_SOPInstanceUID);
    return head;
}

TEST(Instance, IdentifiersThatAreNone) {
    const auto with = [](std::uint32_t tag, std::string_view uid) {
        auto head = ct_head();
        put(*head, tag, EVR_UI, uid);
        return file_of(*head, native_pixels);
    };
    EXPECT_EQ(failure(with(0x00080016, "1.2.840.10008.x")), "an invalid SOP Class UID");
    EXPECT_EQ(failure(with(0x00080018, "1.2\\1.3")), "more than one SOP Instance UID");
    EXPECT_EQ(failure(with(0x0020000D, "1.2\\1.3")), "more than one Study Instance UID");
    EXPECT_EQ(failure(with(0x00080018, "1.2 .3")), "an invalid SOP Instance UID");
    // Under another value representation it would not be found and replaced.
    EXPECT_EQ(failure(file_of(serialise(*without_instance_uid()) + short_element(0x00080018, "LO", "1.2.3.4 "))),
              "no SOP Instance UID");
    // Replaced in profile basic, but no name for a file in the other one.
    const Bytes strange = with(0x00080018, "../Doe");
    EXPECT_EQ(text(*read_back(basic(strange)), 0x00080018), mapped("../Doe"));
    EXPECT_THROW((void)dicom::Instance::from_memory(strange).write_identified([](ByteView) {}), Error);
    for (const char* uid : {".1.2", "1.2.", "1..2", "."}) {
        dicom::Instance instance = dicom::Instance::from_memory(with(0x00080018, uid));
        EXPECT_THROW((void)std::move(instance).write_identified([](ByteView) {}), Error) << uid;
    }
}

TEST(Instance, WhatIsNoDicomFile) {
    const std::string no_dicom = "not a DICOM file (no Part 10 header)";
    EXPECT_EQ(failure(Bytes(10)), no_dicom);
    EXPECT_EQ(failure(Bytes(1000)), no_dicom);
    EXPECT_EQ(failure(Bytes{}), "an empty file");
    const std::string data = serialise(*ct_head());
    EXPECT_EQ(failure(Bytes(data.begin(), data.end())), no_dicom);
    Bytes bare(128);
    append(bare, as_bytes("DICM"));
    EXPECT_EQ(failure(bare), "no transfer syntax in its file meta information");
    append(bare, as_bytes(data));
    EXPECT_EQ(failure(bare), "no transfer syntax in its file meta information");
}

TEST(Instance, DicomdirAndForeignSyntaxesAlways) {
    const std::string data = serialise(*ct_head());
    const auto opened = [](const Bytes& file) {
        try {
            (void)dicom::Instance::from_memory(file);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::refused);
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(opened(file_of(data, explicit_little, "1.2.840.10008.1.3.10")), "a DICOMDIR");
    auto directory = ct_head();
    put(add_item(*directory, 0x00041220), 0x00041430, EVR_CS, "PATIENT");
    EXPECT_EQ(opened(file_of(*directory, "")), "a DICOMDIR");
    EXPECT_EQ(opened(file_of(data, "1.2.840.113619.5.2")), "an unknown or private transfer syntax");
    EXPECT_EQ(opened(file_of(data, "1.2.840.10008.1.2.4.94")),
              "a transfer syntax that keeps the pixels outside the file");
}

TEST(Instance, SeveralThreadsAtOnce) {
    const Bytes file = file_of(*ct_head(), native_pixels);
    const Bytes expected = basic(file);
    std::vector<std::thread> threads;
    std::array<bool, 4> same{};
    for (std::size_t i = 0; i < same.size(); ++i) {
        threads.emplace_back([&, i] {
            same[i] = true;
            for (int round = 0; round < 50; ++round)
                same[i] = same[i] && basic(file) == expected;
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    for (const bool all : same)
        EXPECT_TRUE(all);
}

TEST(Instance, OfAFile) {
    const TemporaryFolder folder;
    const Bytes file = file_of(*ct_head(), long_element(0x7FE00010, "OW", std::string(6 << 20, 'p')));
    const auto path = folder.path() / "large.dcm";
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
    dicom::Instance instance = dicom::Instance::open(path);
    EXPECT_EQ(instance.original_digest(), crypto::sha256(file));
    const auto written = std::move(instance).write_basic({mapped, pseudonym}, {}, [](ByteView) {});
    EXPECT_EQ(written.digest, crypto::sha256(basic(file)));

    for (const bool identified : {false, true}) {
        dicom::Instance changing = dicom::Instance::open(path);
        const auto write = [&] {
            bool first = true;
            const auto sink = [&](ByteView) {
                if (first) std::filesystem::resize_file(path, file.size() - 1);
                first = false;
            };
            if (identified) return std::move(changing).write_identified(sink);
            return std::move(changing).write_basic({mapped, pseudonym}, {}, sink);
        };
        EXPECT_THROW(write(), Error);
        std::filesystem::resize_file(path, file.size());
    }
}

TEST(Instance, WhatTheSinkThrowsComesThrough) {
    struct Full {};
    for (int allowed = 0; allowed < 3; ++allowed) {
        int calls = 0;
        const auto sink = [&](ByteView) {
            if (calls++ == allowed) throw Full();
        };
        dicom::Instance instance = dicom::Instance::from_memory(file_of(*ct_head(), native_pixels));
        EXPECT_THROW((void)std::move(instance).write_basic({mapped, pseudonym}, {}, sink), Full);
    }
}

}  // namespace
}  // namespace msh::test
