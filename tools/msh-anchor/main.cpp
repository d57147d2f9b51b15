// msh-anchor: gives each record a salted leaf in the log, and signs a checkpoint over it.
#include <memory>
#include <string>
#include <vector>

#include "base/parallel.hpp"
#include "cli/common.hpp"
#include "cli/passphrase.hpp"
#include "cli/program.hpp"
#include "cli/record_loop.hpp"
#include "custodian/anchoring.hpp"
#include "custodian/custodian.hpp"
#include "keystore/anchors.hpp"
#include "keystore/objects.hpp"
#include "log/reader.hpp"

namespace {

using namespace msh;

constexpr std::size_t worth_a_thread = 64;  // records

struct Settings {
    cli::CommonOptions common;
    cli::PassphraseOptions passphrase;
    std::optional<std::string> output;
    std::vector<std::string> files;
};

// Anchors batches of records: places and salts are committed first, then the leaves and the checkpoint are published,
// then the records leave. One batch is published, which is waiting for the disk, while the next gets its places.
class Anchorer {
  public:
    Anchorer(const custodian::Home& home, keystore::Keystore& keystore)
        : home_(home), keystore_(keystore), objects_(keystore), anchors_(keystore), origin_(anchors_.origin()) {}

    void assign(cli::Batch& batch) {
        keystore::Transaction transaction(keystore_);
        const std::vector<cli::Item*> items = decide(batch);
        std::vector<keystore::Thing> things;
        things.reserve(items.size());
        for (const cli::Item* item : items)
            things.push_back({"object", item->object->id});
        std::vector<std::string> texts(items.size());
        const unsigned threads = items.size() < worth_a_thread ? 1 : worker_count();
        parallel_for(items.size(), threads,
                     [&](std::size_t i) { texts[i] = record::committed_text(*items[i]->object); });
        const auto assigned = anchors_.assign(
            things, [&](std::size_t i, const Digest& salt) { return custodian::leaf_data(salt, texts[i]); });
        transaction.commit();
        parallel_for(items.size(), threads,
                     [&](std::size_t i) { items[i]->line.set("anchor", record::to_json(assigned[i].anchor)); });
    }

    void publish() {
        if (!publishing_) publishing_ = keystore_.twin();
        custodian::publish(*publishing_, home_);
    }

  private:
    // The objects that need a leaf or have one here.
    std::vector<cli::Item*> decide(cli::Batch& batch) {
        std::vector<cli::Item*> items;
        for (cli::Item* item : batch.objects()) {
            record::Object& object = *item->object;
            try {
                if (!object.payload.cid) throw Error(ErrorKind::input, "'payload.cid' is missing", "run msh-put first");
                const auto known = objects_.merge(object, backing_of(object));
                if (known) record::add_missing(object, *known);
                if (object.anchor) {
                    record::add_missing(item->line, object);
                } else {
                    items.push_back(item);
                }
            } catch (const Error& error) {
                if (error.kind() != ErrorKind::input) throw;
                item->fail(error);
            }
        }
        return items;
    }

    // An anchor in the own log that the keystore does not know may come from before a restore; a made-up one does not
    // get in.
    keystore::Backing backing_of(const record::Object& object) {
        if (!object.anchor || object.anchor->origin != origin_) return keystore::Backing::none;
        if (anchors_.find({"object", object.id})) return keystore::Backing::none;
        log::Reader log(home_.log(), {custodian::log_key(keystore_), {}}, ErrorKind::failed);
        if (!log.contains(object.anchor->index, custodian::leaf_data(object))) {
            throw Error(ErrorKind::input, "'anchor' names a leaf that is not this record's");
        }
        return keystore::Backing::leaf;
    }

    const custodian::Home& home_;
    keystore::Keystore& keystore_;
    std::unique_ptr<keystore::Keystore> publishing_;  // for the thread that publishes
    keystore::Objects objects_;
    keystore::Anchors anchors_;
    std::string origin_;
};

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-anchor", "Append a leaf to the log for each record, and add its place to the record.",
                         "[OPTION]... [FILE]...");
    options.value("-o,--output", settings.output, "FILE", "write the records to FILE", cli::Role::output);
    cli::add_common_options(options, settings.common);
    cli::add_passphrase_options(options, settings.passphrase);
    options.operands(settings.files);
    if (options.parse(argc, argv) == cli::Options::Outcome::help_shown) return cli::ExitCode::done;
    cli::apply(settings.common, options);

    const custodian::Home home(cli::home_folder(settings.common));
    const auto keystore =
        custodian::unlock_keystore(home, cli::passphrase_reader(settings.passphrase, home.prompt_lock()));
    Anchorer anchorer(home, *keystore);
    cli::Output output(settings.output);
    cli::RecordLoop loop(settings.files, settings.common, output);
    const cli::ExitCode code = loop.run([&](cli::Batch& batch) { anchorer.assign(batch); },
                                        [&](cli::Batch& /*batch*/) { anchorer.publish(); });
    custodian::publish(*keystore, home);  // what an earlier run assigned and did not live to publish
    output.commit();
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-anchor", [&] { return run(argc, argv); });
}
