// many_objects HOME COUNT: puts COUNT own objects into the keystore of HOME, ten to a study, as msh-encrypt and msh-put
// would have, but without any file behind them; writes their records to standard output. For what no machine has the
// files for.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "crypto/box.hpp"
#include "crypto/object_key.hpp"
#include "crypto/random.hpp"
#include "custodian/custodian.hpp"
#include "keystore/objects.hpp"
#include "keystore/studies.hpp"
#include "record/about.hpp"
#include "record/sealed.hpp"

namespace {

using namespace msh;

constexpr std::uint64_t studies_a_batch = 100;
constexpr std::uint64_t objects_a_study = 10;

Digest digest_of(std::uint64_t number) {
    Digest digest{};
    store_big_endian(number + 1, MutableBytes(digest).last(8));
    std::copy_n(digest.rbegin(), 8, digest.begin());
    return digest;
}

std::vector<record::Attribute> originals_of(std::uint64_t study, const std::string& number) {
    const std::string patient = std::to_string(study / 2);
    return {{"0020000D", {{"1.2.3." + std::to_string(study)}}},
            {"00080018", {{"1.2.4." + number}}},
            {"00100020", {{"PID-" + patient}}},
            {"00080060", {{"CT"}}},
            {"00100010", {{"Family" + patient + "^Given" + patient}}}};
}

keystore::NewObject object_of(const keystore::StudyForWriting& to, std::uint64_t study, std::uint64_t number) {
    const std::string text = std::to_string(number);
    const Id id = crypto::random_id();
    const record::About about{"2.25." + text,
                              "2.25.1",
                              "2.25.2" + std::to_string(study),
                              "1.2.840.10008.5.1.4.1.1.2",
                              "1.2.840.10008.1.2.1",
                              "CT",
                              1024,
                              digest_of(number)};
    const record::Sealed sealed{about.transfer_syntax, 1000, digest_of(number), {}, originals_of(study, text)};
    keystore::NewObject object;
    object.hint = object.done = digest_of(number);
    object.rules = "rules/1";
    record::Object& record = object.record;
    record.id = id;
    record.study = to.study;
    record.epoch = to.epoch;
    record.profile = "basic";
    record.payload.size = 1056;
    record.payload.cid = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
    record.kc = crypto::object_commitment(to.study_secret, id);
    record.about = crypto::seal_box(crypto::about_box, to.study_secret, id, record::to_json(about));
    record.sealed = crypto::seal_box(crypto::sealed_box, to.seal_secret, id, record::to_json(sealed));
    return object;
}

void add_batch(keystore::Keystore& keystore, std::uint64_t first_study) {
    std::vector<keystore::StudyRequest> requests;
    for (std::uint64_t i = 0; i < studies_a_batch; ++i)
        requests.push_back({"default", "basic", digest_of(first_study + i), false});
    const auto studies = keystore::Studies(keystore).get_or_create(requests);
    std::vector<keystore::NewObject> objects;
    for (std::uint64_t i = 0; i < studies_a_batch; ++i) {
        const std::uint64_t study = first_study + i;
        for (std::uint64_t k = 0; k < objects_a_study; ++k)
            objects.push_back(object_of(studies[i].value(), study, study * objects_a_study + k));
    }
    if (keystore::Objects(keystore).commit_new(objects).size() != objects.size()) std::abort();
    for (const keystore::NewObject& object : objects)
        std::cout << record::to_json(object.record) << '\n';
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return EXIT_FAILURE;
    try {
        const custodian::Home home(argv[1]);
        const auto keystore = custodian::unlock_keystore(
            home, [](const char*) -> SecretBytes { throw Error(ErrorKind::failed, "a passphrase is asked for"); });
        const std::uint64_t studies = std::stoull(argv[2]) / objects_a_study;
        for (std::uint64_t first = 0; first < studies; first += studies_a_batch)
            add_batch(*keystore, first);
        return std::cout.flush() ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::exception& error) {
        std::cerr << "many_objects: " << error.what() << '\n';
        return EXIT_FAILURE;
    }
}
