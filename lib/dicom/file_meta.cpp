#include "dicom/file_meta.hpp"

#include <array>
#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcmetinf.h>
#include <dcmtk/dcmdata/dcvrobow.h>
#include <string>

#include "base/error.hpp"
#include "dicom/element_stream.hpp"

namespace msh::dicom {
namespace {

void put(DcmMetaInfo& meta, const DcmTagKey& key, DcmEVR vr, std::string_view value) {
    if (meta.putAndInsertString(DcmTag(key, vr), std::string(value).c_str()).bad()) {
        throw Error(ErrorKind::failed, "cannot make file meta information");
    }
}

}  // namespace

Bytes file_head(std::string_view sop_class, std::string_view sop_instance, std::string_view transfer_syntax) {
    constexpr std::array<Uint8, 2> version{0, 1};
    DcmMetaInfo meta;
    meta.putAndInsertUint32(DcmTag(DCM_FileMetaInformationGroupLength, EVR_UL), 0);
    meta.putAndInsertUint8Array(DcmTag(DCM_FileMetaInformationVersion, EVR_OB), version.data(), version.size());
    put(meta, DCM_MediaStorageSOPClassUID, EVR_UI, sop_class);
    put(meta, DCM_MediaStorageSOPInstanceUID, EVR_UI, sop_instance);
    put(meta, DCM_TransferSyntaxUID, EVR_UI, transfer_syntax);
    put(meta, DCM_ImplementationClassUID, EVR_UI, implementation_class_uid);
    put(meta, DCM_ImplementationVersionName, EVR_SH, "MSH_" MSH_VERSION);
    meta.computeGroupLengthAndPadding(EGL_recalcGL, EPD_noChange, EXS_LittleEndianExplicit, EET_ExplicitLength);

    Bytes head;
    ElementStream stream([&](ByteView part) { append(head, part); });
    write_object(meta, stream, Encoding::explicit_little);
    stream.finish();
    return head;
}

}  // namespace msh::dicom
