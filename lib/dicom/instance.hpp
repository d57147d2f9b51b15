// One DICOM file during encryption: opened once, validated completely, described, and rewritten.
//
//     load_dictionary();                                      // before threads start (dicom/dictionary.hpp)
//     Instance instance = Instance::open(path);               // damage ends here
//     instance.require_basic(allowed);                        // policy ends here (profile basic only)
//     ... instance.identity(), instance.original_digest(), read_originals(instance.data_set()) ...
//     Written file = std::move(instance).write_basic(replacements, allowed, sink);
//     Written file = std::move(instance).write_identified(sink);
//
// open() walks the whole structure of the file, so that what is truncated or no DICOM is known before anything is
// written. All elements of the data set, wherever they stand in the file, are in data_set(), with two exceptions that
// are too large to hold and are read again while they are written: pixel data (the values of (7FE0,0008), (7FE0,0009)
// and (7FE0,0010), copied bit for bit), and Per-frame Functional Groups (5200,9230), parsed, treated and written item
// by item. Files up to 4 MiB are read once into memory; of larger ones no more than a few MiB are held.
//
// Profile basic: the preamble is zero, the file meta information is made anew (dicom/file_meta.hpp), group lengths and
// trailing padding are dropped and padding of zeros is added (dicom/padding.hpp); transfer syntax and pixel data stay
// as they are, and so does every byte of the values that dicom/deidentify.hpp keeps. Identified: the same bytes.
//
// Fails with Fault (dicom/fault.hpp): `input` where the file is damaged, is no DICOM file, lacks SOP Class, SOP
// Instance or Study Instance UID, cannot be opened, or changed while it was read; `refused` where policy keeps it out
// (a DICOMDIR and an unknown transfer syntax always, the rest of dicom/refusals.hpp in profile basic); whatever the
// sink throws. If a write fails, the bytes already given to the sink must be discarded.
//
// Several instances can be used in several threads at once, each by one thread at a time; only original_digest() may
// run in another thread while the instance is written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "dicom/deidentify.hpp"
#include "dicom/output.hpp"
#include "dicom/parse_guard.hpp"
#include "dicom/pixel_text.hpp"
#include "dicom/source.hpp"

class DcmItem;

namespace msh::dicom {

// Values as they stand in the file, without padding; empty where there is none.
struct Identity {
    std::string sop_class;
    std::string sop_instance;
    std::string study;
    std::string series;
    std::string patient_id;
    std::string issuer_of_patient_id;
    std::string modality;
    std::string transfer_syntax;
};

struct Written {
    std::uint64_t size = 0;
    Digest digest{};    // SHA-256 of all bytes the sink was given
    Identity identity;  // what now stands in the file
};

class Instance {
  public:
    // Links are not followed; anything but a regular file is refused without waiting for it. Where several files are
    // opened side by side each gets a share of the memory: throws NeedsMemory (dicom/parse_guard.hpp), an Error(input),
    // where that is not enough for its elements. With all of it, the file is at fault.
    [[nodiscard]] static Instance open(const std::filesystem::path& path, std::uint64_t memory = max_parse_memory);
    [[nodiscard]] static Instance open(Source source, std::uint64_t memory);
    [[nodiscard]] static Instance from_memory(Bytes file);

    Instance(Instance&&) noexcept;
    Instance& operator=(Instance&&) noexcept;
    ~Instance();

    [[nodiscard]] const Identity& identity() const noexcept;
    [[nodiscard]] std::uint64_t original_size() const noexcept;
    // Whether the whole file is in memory, and what all of it takes there, in bytes, estimated.
    [[nodiscard]] bool is_held() const noexcept;
    [[nodiscard]] std::uint64_t memory() const noexcept;
    // SHA-256 of the file as it is; reads a large file once more.
    [[nodiscard]] Digest original_digest() const;
    // The data set before anything was done to it.
    [[nodiscard]] DcmItem& data_set() noexcept;

    // Throws Error(refused) where profile basic keeps this instance out. write_basic() asks again by itself.
    void require_basic(PixelTextSet allowed) const;

    // Use up the instance: what is left of it can only be destroyed.
    Written write_basic(const Replacements& replacements, PixelTextSet allowed, const Sink& sink) &&;
    Written write_identified(const Sink& sink) &&;

  private:
    struct State;
    explicit Instance(std::unique_ptr<State> state) noexcept;
    std::unique_ptr<State> state_;
};

}  // namespace msh::dicom
