#include "dataset_support.hpp"

#include <algorithm>
#include <dcmtk/dcmdata/dcdicent.h>
#include <dcmtk/dcmdata/dcdict.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dcvrobow.h>
#include <dcmtk/dcmdata/dcwcache.h>
#include <dcmtk/oflog/oflog.h>
#include <functional>
#include <gtest/gtest.h>
#include <stdexcept>
#include <utility>

#include "terms/value_text.hpp"

namespace msh::test {
namespace {

DcmTagKey key_of(std::uint32_t tag) {
    return {static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xFFFF)};
}

DcmElement* find(DcmItem& item, std::uint32_t tag) {
    DcmElement* element = nullptr;
    return item.findAndGetElement(key_of(tag), element).good() ? element : nullptr;
}

}  // namespace

DcmElement& put(DcmItem& item, std::uint32_t tag, DcmEVR vr, std::string_view value) {
    const DcmTag full_tag(key_of(tag), DcmVR(vr));
    std::unique_ptr<DcmElement> element;
    OFCondition status = EC_Normal;
    if (vr == EVR_SQ) {
        element = std::make_unique<DcmSequenceOfItems>(full_tag);
    } else {
        // Bytes under another VR's name, so that they are written as they are.
        element = std::make_unique<DcmOtherByteOtherWord>(DcmTag(key_of(tag), DcmVR(EVR_OB)));
        std::string padded(value);
        if (padded.size() % 2 != 0) padded += vr == EVR_UI ? '\0' : ' ';
        status = element->putUint8Array(reinterpret_cast<const Uint8*>(padded.data()),
                                        static_cast<unsigned long>(padded.size()));
        element->setVR(vr);
    }
    if (status.bad() || item.insert(element.get(), OFTrue).bad()) throw std::logic_error("cannot put an element");
    return *element.release();
}

DcmItem& add_item(DcmItem& item, std::uint32_t tag) {
    DcmElement* found = find(item, tag);
    const bool is_sequence = found != nullptr && found->ident() == EVR_SQ;
    auto& sequence = static_cast<DcmSequenceOfItems&>(is_sequence ? *found : put(item, tag, EVR_SQ));
    auto fresh = std::make_unique<DcmItem>();
    if (sequence.append(fresh.get()).bad()) throw std::logic_error("cannot add an item");
    return *fresh.release();
}

std::unique_ptr<DcmDataset> parse(std::string_view bytes, E_TransferSyntax syntax) {
    dicom::load_dictionary();
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    DcmInputBufferStream stream;
    stream.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
    stream.setEos();
    auto dataset = std::make_unique<DcmDataset>();
    dataset->transferInit();
    const OFCondition status = dataset->read(stream, syntax);
    dataset->transferEnd();
    return status.good() ? std::move(dataset) : nullptr;
}

std::string serialise(DcmItem& item, E_TransferSyntax syntax) {
    std::vector<char> buffer(1 << 16);
    std::string out;
    DcmWriteCache cache;
    DcmOutputBufferStream stream(buffer.data(), static_cast<offile_off_t>(buffer.size()));
    item.transferInit();
    OFCondition status = EC_StreamNotifyClient;
    while (status == EC_StreamNotifyClient) {
        status = item.write(stream, syntax, EET_UndefinedLength, &cache);
        void* written = nullptr;
        offile_off_t length = 0;
        stream.flushBuffer(written, length);
        out.append(static_cast<const char*>(written), static_cast<std::size_t>(length));
    }
    item.transferEnd();
    if (status.bad()) throw std::logic_error("cannot serialise");
    return out;
}

std::string text(DcmItem& item, std::uint32_t tag) {
    DcmElement* element = find(item, tag);
    if (element == nullptr) return "<absent>";
    OFString value;
    if (element->getOFStringArray(value).bad()) return "<no text>";
    return std::string(terms::trim_padding({value.data(), value.size()}));
}

bool has(DcmItem& item, std::uint32_t tag) {
    return find(item, tag) != nullptr;
}

DcmItem& first_item(DcmItem& item, std::uint32_t tag) {
    DcmElement* element = find(item, tag);
    if (element == nullptr || element->ident() != EVR_SQ) throw std::runtime_error("no such sequence");
    DcmItem* first = static_cast<DcmSequenceOfItems*>(element)->getItem(0);
    if (first == nullptr) throw std::runtime_error("no item");
    return *first;
}

std::vector<std::uint32_t> dictionary_tags() {
    dicom::load_dictionary();
    std::vector<std::uint32_t> tags;
    DcmDataDictionary& dictionary = dcmDataDict.wrlock();
    for (auto entry = dictionary.normalBegin(); entry != dictionary.normalEnd(); ++entry) {
        tags.push_back(std::uint32_t{(*entry)->getGroup()} << 16 | (*entry)->getElement());
    }
    dcmDataDict.wrunlock();
    std::sort(tags.begin(), tags.end());
    return tags;
}

std::string mapped(std::string_view uid) {
    return "2.25.77" + std::to_string(std::hash<std::string_view>{}(terms::trim_padding(uid)));
}

dicom::Deidentifier make_deidentifier() {
    return dicom::Deidentifier({mapped, pseudonym});
}

std::unique_ptr<DcmDataset> treated(DcmItem& item, E_TransferSyntax syntax) {
    std::unique_ptr<DcmDataset> dataset = parse(serialise(item, syntax), syntax);
    if (dataset == nullptr) throw std::runtime_error("does not parse");
    dicom::Deidentifier deidentifier = make_deidentifier();
    deidentifier.deidentify(*dataset);
    return dataset;
}

}  // namespace msh::test
