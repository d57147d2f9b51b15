#include "dicom/transfer_syntax.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcuid.h>
#include <dcmtk/dcmdata/dcxfer.h>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace msh::dicom {
namespace {

std::optional<ErrorKind> refusal(std::string_view uid) {
    try {
        (void)transfer_syntax(uid);
    } catch (const Error& error) {
        return error.kind();
    }
    return std::nullopt;
}

TEST(TransferSyntax, Encodings) {
    EXPECT_EQ(transfer_syntax("1.2.840.10008.1.2").encoding, Encoding::implicit_little);
    EXPECT_EQ(transfer_syntax("1.2.840.10008.1.2.1").encoding, Encoding::explicit_little);
    EXPECT_EQ(transfer_syntax("1.2.840.10008.1.2.1.99").encoding, Encoding::deflated);
    EXPECT_EQ(transfer_syntax("1.2.840.10008.1.2.2").encoding, Encoding::explicit_big);
    EXPECT_EQ(transfer_syntax("1.2.840.10008.1.2.5").encoding, Encoding::encapsulated);
    EXPECT_EQ(transfer_syntax("1.2.840.10008.1.2.4.203").encoding, Encoding::encapsulated);
    EXPECT_EQ(transfer_syntax("1.2.840.10008.1.2.4.203").uid, "1.2.840.10008.1.2.4.203");
}

// DCMTK 3.6.9 has other names for these questions.
bool is_encapsulated(const DcmXfer& syntax) {
#if OFFIS_DCMTK_VERSION_NUMBER >= 369
    return syntax.usesEncapsulatedFormat();
#else
    return syntax.isEncapsulated();
#endif
}

bool is_referenced(const DcmXfer& syntax) {
    return std::string_view(syntax.getXferName()).find("JPIP") != std::string_view::npos;
}

// Whatever public one DCMTK knows, msh knows too, and calls it the same.
TEST(TransferSyntax, AgreesWithDcmtk) {
    int compared = 0;
    for (int i = 0; i < 100; ++i) {
        const DcmXfer known(static_cast<E_TransferSyntax>(i));
        const std::string uid = known.getXferID() == nullptr ? "" : known.getXferID();
        if (!uid.starts_with("1.2.840.10008.") || known.getXfer() == EXS_BigEndianImplicit) continue;
        if (is_referenced(known)) {
            EXPECT_EQ(refusal(uid), ErrorKind::refused) << uid;
            continue;
        }
        ASSERT_EQ(refusal(uid), std::nullopt) << uid;
        const Encoding encoding = transfer_syntax(uid).encoding;
        EXPECT_EQ(encoding == Encoding::encapsulated, is_encapsulated(known)) << uid;
        EXPECT_EQ(encoding == Encoding::implicit_little, known.isImplicitVR() != 0) << uid;
        EXPECT_EQ(encoding == Encoding::explicit_big, known.isBigEndian() != 0) << uid;
        ++compared;
    }
    EXPECT_GT(compared, 35);
}

TEST(TransferSyntax, OthersAreRefused) {
    for (const char* uid : {"", "1.2.840.10008.1.2.9", "1.2.840.113619.5.2", "1.2.840.10008.1.2.4.94",
                            "1.2.840.10008.1.2.4.205", "1.2.840.10008.1.2.7.1", "1.2.840.10008.1.2.1 "}) {
        EXPECT_EQ(refusal(uid), ErrorKind::refused) << uid;
    }
}

}  // namespace
}  // namespace msh::dicom
