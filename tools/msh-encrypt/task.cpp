#include "task.hpp"

#include <future>
#include <new>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "crypto/mac.hpp"
#include "custodian/sealing.hpp"
#include "dicom/originals.hpp"
#include "dicom/uid.hpp"
#include "record/about.hpp"

namespace msh {
namespace {

// Each part behind its length, so that no two lists of parts have the same text.
Bytes with_lengths(std::initializer_list<ByteView> parts) {
    Bytes out;
    for (const ByteView part : parts) {
        std::array<std::uint8_t, 8> size{};
        store_big_endian(static_cast<std::uint64_t>(part.size()), size);
        append(out, size);
        append(out, part);
    }
    return out;
}

Error too_large() {
    return {ErrorKind::input, "not enough memory"};
}

bool concerns_one_file(const Error& error) {
    return error.kind() == ErrorKind::input || error.kind() == ErrorKind::refused;
}

Failure failure_of(const Error& why, std::string_view word = "other") {
    Failure failure{why, word};
    if (const auto* const fault = dynamic_cast<const dicom::Fault*>(&why)) {
        failure.word = dicom::to_string(fault->fault_class());
        failure.place = fault->place().value_or(dicom::FaultPlace());
        failure.is_lasting = fault->is_of_content();
    }
    return failure;
}

// For whoever holds the study: what stands in the file that was written, nothing of the original.
record::About about_of(const dicom::Written& written) {
    const dicom::Identity& now = written.identity;
    return {now.sop_instance,    now.series,   now.study,    now.sop_class,
            now.transfer_syntax, now.modality, written.size, written.digest};
}

std::vector<record::Attribute> pseudonyms_of(const dicom::Identity& written) {
    std::vector<record::Attribute> pseudonyms;
    const auto add = [&](const char* tag, const std::string& value) {
        if (!value.empty()) pseudonyms.push_back({tag, {{value}}});
    };
    add("0020000D", written.study);
    add("0020000E", written.series);
    add("00080018", written.sop_instance);
    add("00100020", written.patient_id);
    add("00100010", written.patient_id);  // the name in the file is the same
    return pseudonyms;
}

}  // namespace

std::string EncryptOptions::rules() const {
    return identified ? "identified/1" : std::string(dicom::rule_version);
}

std::string EncryptOptions::conditions() const {
    return rules() + (allowed.empty() ? "" : " allow " + allowed.words());
}

std::string_view Task::outcome() const {
    if (input.is_link) return "skipped";
    if (failure) return is_refused() ? "refused" : "unreadable";
    if (!known) return "encrypted";
    return is_old ? "older-rules" : "known";
}

void Task::fail(const Error& why, std::string_view word) {
    fail(failure_of(why, word));
}

void Task::fail(Failure why) {
    failure.emplace(std::move(why));
    instance.reset();
}

Digest TaskWorker::keyed(std::string_view label, std::initializer_list<ByteView> parts) const {
    constexpr std::array<std::uint8_t, 1> end_of_label{};
    return crypto::hmac_sha256(project_key_.view(), {as_bytes(label), end_of_label, with_lengths(parts)});
}

Digest TaskWorker::done_of(const Task& task, std::string_view sop_instance) const {
    const std::string profile = options_.profile();
    return keyed("msh/v1/done", {as_bytes(sop_instance), *task.digest, as_bytes(profile)});
}

void TaskWorker::prepare(Task& task, std::uint64_t memory) const {
    if (task.input.is_link) return;
    if (task.input.error) return task.fail(*task.input.error, "path");
    try {
        open_file(task, memory);
        dicom::Instance& instance = *task.instance;
        if (!options_.identified) ask_policy(task);
        for (dicom::Original& original : dicom::read_originals(instance.data_set())) {
            task.originals.push_back({std::move(original.tag), std::move(original.values)});
        }
        const dicom::Identity& identity = instance.identity();
        const std::string size = std::to_string(instance.original_size());
        const std::string profile = options_.profile();
        task.hint = keyed("msh/v1/hint", {as_bytes(identity.sop_instance), as_bytes(size), as_bytes(profile)});
        task.lookup = keyed("msh/v1/study", {as_bytes(identity.study), as_bytes(profile)});
        if (task.digest) task.done = done_of(task, identity.sop_instance);
    } catch (const dicom::NeedsMemory& error) {
        task.is_large = memory < dicom::max_parse_memory;
        if (!task.is_large) task.fail(error);
    } catch (const Error& error) {
        if (!concerns_one_file(error)) throw;
        task.fail(task.refusal.value_or(failure_of(error)));
    } catch (const std::bad_alloc&) {
        task.instance.reset();
        task.fail(too_large(), "memory");
    }
}

void TaskWorker::ask_policy(Task& task) const {
    try {
        task.instance->require_basic(options_.allowed);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::refused) throw;
        task.refusal = failure_of(error);
    }
}

void TaskWorker::open_file(Task& task, std::uint64_t memory) const {
    try {
        dicom::Source source = dicom::Source::open(task.input.path);
        const Digest fingerprint = source.fingerprint();
        if (source.is_held()) task.digest = fingerprint;
        const std::string size = std::to_string(source.size());
        task.file = keyed("msh/v1/refusal", {fingerprint, as_bytes(size), as_bytes(options_.profile())});
        task.instance.emplace(dicom::Instance::open(std::move(source), memory));
    } catch (const dicom::Fault& fault) {
        if (fault.fault_class() != dicom::FaultClass::missing || task.input.hint_if_missing.empty()) throw;
        throw dicom::Fault(fault.fault_class(), fault.what(), task.input.hint_if_missing);
    }
}

void TaskWorker::take_digest(Task& task) const {
    try {
        task.digest = task.instance->original_digest();
        task.done = done_of(task, task.instance->identity().sop_instance);
    } catch (const Error& error) {
        if (!concerns_one_file(error)) throw;
        task.fail(error);
    }
}

dicom::Written TaskWorker::write(Task& task, const dicom::Sink& sink) const {
    if (options_.identified) return std::move(*task.instance).write_identified(sink);
    const dicom::Identity& identity = task.instance->identity();
    const dicom::Replacements replacements{
        [this](std::string_view uid) { return dicom::new_uid(project_key_, uid); },
        dicom::patient_pseudonym(project_key_, {identity.patient_id, identity.issuer_of_patient_id}, identity.study)};
    return std::move(*task.instance).write_basic(replacements, options_.allowed, sink);
}

void TaskWorker::encrypt(Task& task, unsigned threads) const {
    try {
        encrypt_file(task, threads);
    } catch (const Error& error) {
        if (!concerns_one_file(error)) throw;
        task.fail(error);
    } catch (const std::bad_alloc&) {
        task.fail(too_large(), "memory");
    }
}

void TaskWorker::encrypt_file(Task& task, unsigned threads) const {
    const dicom::Identity identity = task.instance->identity();
    const std::uint64_t original_size = task.instance->original_size();
    custodian::Sealer sealer(*task.study, folder_, threads);
    std::future<Digest> original;  // of a large file: hashed beside
    if (!task.digest && !options_.identified)
        original = std::async(when_possible, [&] { return task.instance->original_digest(); });
    const dicom::Written written = write(task, [&](ByteView bytes) { sealer.write(bytes); });
    if (!task.digest) {  // identified: what was written is the original
        task.digest = original.valid() ? original.get() : written.digest;
        task.done = done_of(task, identity.sop_instance);
    }
    task.instance.reset();

    const record::Sealed sealed{
        identity.transfer_syntax, original_size, *task.digest,
        options_.identified ? std::vector<record::Attribute>() : pseudonyms_of(written.identity),
        std::move(task.originals)};
    task.record = sealer.finish(options_.profile(), about_of(written), sealed);
}

}  // namespace msh
