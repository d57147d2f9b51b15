#include "intake/worker.hpp"

#include <future>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "base/attempt.hpp"
#include "base/error.hpp"
#include "base/parallel.hpp"
#include "custodian/sealing.hpp"
#include "dicom/originals.hpp"
#include "dicom/source.hpp"
#include "dicom/uid.hpp"
#include "record/about.hpp"

namespace msh::intake {
namespace {

Failure too_large() {
    return Failure(Error(ErrorKind::input, "not enough memory"), "memory");
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

void Worker::prepare(Task& task, std::uint64_t memory) const {
    if (task.input.is_link) {
        task.outcome = Outcome::skipped;
        return;
    }
    if (task.input.error) return task.fail(Failure(*task.input.error, "path"));
    try {
        open_file(task, memory);
        dicom::Instance& instance = *task.instance;
        if (!options_.identified) ask_policy(task);
        for (dicom::Original& original : dicom::read_originals(instance.data_set())) {
            task.originals.push_back({std::move(original.tag), std::move(original.values)});
        }
        const dicom::Identity& identity = instance.identity();
        task.hint = digests_.hint(identity.sop_instance, instance.original_size());
        task.study_digest = digests_.study(identity.study);
        if (task.content) task.file_digest = digests_.file(identity.sop_instance, *task.content);
    } catch (const dicom::NeedsMemory& error) {
        task.is_large = memory < dicom::max_parse_memory;
        if (!task.is_large) task.fail(Failure(error));
    } catch (const Error& error) {
        if (!concerns_one_input(error)) throw;
        task.fail(task.refusal ? *task.refusal : Failure(error));
    } catch (const std::bad_alloc&) {
        task.fail(too_large());
    }
}

void Worker::ask_policy(Task& task) const {
    try {
        task.instance->require_basic(options_.allowed);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::refused) throw;
        task.refusal.emplace(error);
    }
}

void Worker::open_file(Task& task, std::uint64_t memory) const {
    try {
        dicom::Source source = dicom::Source::open(task.input.path);
        const Digest fingerprint = source.fingerprint();
        if (source.is_held()) task.content = fingerprint;
        task.refusal_digest = digests_.refusal(fingerprint, source.size());
        task.instance.emplace(dicom::Instance::open(std::move(source), memory));
    } catch (const dicom::Fault& fault) {
        if (fault.fault_class() != dicom::FaultClass::missing || task.input.hint_if_missing.empty()) throw;
        throw dicom::Fault(fault.fault_class(), fault.what(), task.input.hint_if_missing);
    }
}

void Worker::take_digest(Task& task) const {
    try {
        task.content = task.instance->original_digest();
        task.file_digest = digests_.file(task.instance->identity().sop_instance, *task.content);
    } catch (const Error& error) {
        if (!concerns_one_input(error)) throw;
        task.fail(Failure(error));
    }
}

void Worker::encrypt(Task& task, unsigned threads) const {
    try {
        encrypt_file(task, threads);
    } catch (const Error& error) {
        if (!concerns_one_input(error)) throw;
        task.fail(Failure(error));
    } catch (const std::bad_alloc&) {
        task.fail(too_large());
    }
}

dicom::Written Worker::write(Task& task, const dicom::Sink& sink) const {
    if (options_.identified) return std::move(*task.instance).write_identified(sink);
    const dicom::Identity& identity = task.instance->identity();
    const dicom::Replacements replacements{
        [this](std::string_view uid) { return dicom::new_uid(key_, uid); },
        dicom::patient_pseudonym(key_, {identity.patient_id, identity.issuer_of_patient_id}, identity.study)};
    return std::move(*task.instance).write_basic(replacements, options_.allowed, sink);
}

void Worker::encrypt_file(Task& task, unsigned threads) const {
    const dicom::Identity identity = task.instance->identity();
    const std::uint64_t original_size = task.instance->original_size();
    custodian::Sealer sealer(*task.study, folder_, threads);
    std::future<Digest> original;  // of a large file: hashed beside
    if (!task.content && !options_.identified)
        original = std::async(when_possible, [&] { return task.instance->original_digest(); });
    const dicom::Written written = write(task, [&](ByteView bytes) { sealer.write(bytes); });
    if (!task.content) {  // identified: what was written is the original
        task.content = original.valid() ? original.get() : written.digest;
        task.file_digest = digests_.file(identity.sop_instance, *task.content);
    }
    task.instance.reset();

    const record::Sealed sealed{
        identity.transfer_syntax, original_size, *task.content,
        options_.identified ? std::vector<record::Attribute>() : pseudonyms_of(written.identity),
        std::move(task.originals)};
    task.record = sealer.finish(options_.profile(), about_of(written), sealed);
}

}  // namespace msh::intake
