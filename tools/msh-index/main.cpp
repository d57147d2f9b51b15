// msh-index: adds objects to the encrypted index, by terms made of what their sealed boxes hold.
#include "base/encoding.hpp"
#include "cli/common.hpp"
#include "cli/passphrase.hpp"
#include "cli/program.hpp"
#include "cli/record_loop.hpp"
#include "cli/repeated_errors.hpp"
#include "custodian/anchoring.hpp"
#include "custodian/custodian.hpp"
#include "custodian/opening.hpp"
#include "custodian/own_index.hpp"
#include "keystore/index_state.hpp"
#include "keystore/objects.hpp"
#include "keystore/shredding.hpp"

namespace {

using namespace msh;

constexpr std::uint64_t most_buffered = 16384;  // documents; then a segment is built while records still come

struct Settings {
    cli::CommonOptions common;
    cli::PassphraseOptions passphrase;
    std::optional<std::string> output;
    std::vector<std::string> files;
};

class Indexer {
  public:
    Indexer(const custodian::Home& home, keystore::Keystore& keystore)
        : home_(home), keystore_(keystore), objects_(keystore), state_(keystore) {}

    void operator()(cli::Batch& batch) {
        {
            keystore::Transaction transaction(keystore_);
            for (cli::Item* item : batch.objects()) {
                try {
                    add(*item);
                } catch (const Error& error) {
                    if (error.kind() != ErrorKind::input) throw;
                    item->fail(error);
                }
            }
            transaction.commit();
        }
        if (state_.buffered() >= most_buffered + failures_.size()) flush();
    }

    void flush() { failures_ = custodian::flush_index(keystore_, home_, normaliser_); }

    // What the last flush could not index.
    [[nodiscard]] const std::vector<custodian::NotIndexed>& failures() const noexcept { return failures_; }

  private:
    void add(cli::Item& item) {
        const auto known = objects_.merge(*item.object);
        if (!known) throw keystore::not_here(keystore_, item.object->study);
        if (!item.object->sealed) throw Error(ErrorKind::input, "'sealed' is missing");
        record::add_missing(item.line, *known);
        if (state_.state(known->id).state != keystore::Indexed::State::none) return;
        const record::Sealed sealed = custodian::open_sealed(keystore_, *item.object);
        const Bytes terms = custodian::pack_terms(custodian::terms_of(sealed, normaliser_), normaliser_);
        const keystore::Document document{known->id, terms};
        state_.buffer({&document, 1});
    }

    const custodian::Normaliser normaliser_ = custodian::dicom_normaliser();
    const custodian::Home& home_;
    keystore::Keystore& keystore_;
    keystore::Objects objects_;
    keystore::IndexState state_;
    std::vector<custodian::NotIndexed> failures_;
};

void report(const std::vector<custodian::NotIndexed>& failures) {
    cli::RepeatedErrors errors;
    for (const custodian::NotIndexed& failure : failures)
        errors.say("object " + to_hex(failure.object), failure.why);
}

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-index", "Add object records to the encrypted index.", "[OPTION]... [FILE]...");
    options.value("-o,--output", settings.output, "FILE", "write the records to FILE", cli::Role::output);
    cli::add_common_options(options, settings.common);
    cli::add_passphrase_options(options, settings.passphrase);
    options.operands(settings.files);
    if (options.parse(argc, argv) == cli::Options::Outcome::help_shown) return cli::ExitCode::done;
    cli::apply(settings.common, options);

    const custodian::Home home(cli::home_folder(settings.common));
    const auto keystore =
        custodian::unlock_keystore(home, cli::passphrase_reader(settings.passphrase, home.prompt_lock()));
    custodian::require_in_step(*keystore, home);
    Indexer indexer(home, *keystore);
    cli::Output output(settings.output);
    cli::RecordLoop loop(settings.files, settings.common, output);
    const cli::ExitCode code = loop.run([&](cli::Batch& batch) { indexer(batch); });
    indexer.flush();
    output.commit();
    report(indexer.failures());
    return indexer.failures().empty() ? code : cli::ExitCode::bad_input;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-index", [&] { return run(argc, argv); });
}
