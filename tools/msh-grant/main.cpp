// msh-grant: hands studies to someone else, and takes what someone else hands over.
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/attempt.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/confirm.hpp"
#include "cli/messages.hpp"
#include "cli/output.hpp"
#include "cli/program.hpp"
#include "cli/record_loop.hpp"
#include "custodian/custodian.hpp"
#include "granting/accept.hpp"
#include "granting/age_writer.hpp"
#include "granting/card.hpp"
#include "granting/grant_files.hpp"
#include "granting/grant_writer.hpp"
#include "granting/recipients.hpp"
#include "settings.hpp"

namespace {

using namespace msh;

// Gives each object record to `add`, which may refuse it. Nothing leaves meanwhile.
cli::ExitCode read_records(const Settings& settings, const std::function<void(const cli::Item&)>& add) {
    cli::Output nothing(std::nullopt);
    cli::RecordLoop loop(settings.files, settings.common, nothing);
    return loop.run([&](cli::Batch& batch) {
        batch.drop_other_types();
        for (cli::Item* item : batch.objects()) {
            item->dropped = true;
            try {
                add(*item);
            } catch (const Error& error) {
                if (!concerns_one_input(error)) throw;
                item->fail(error);
            }
        }
    });
}

cli::ExitCode give(const Settings& settings, const custodian::Home& home, keystore::Keystore& keystore) {
    granting::GrantTerms terms;
    terms.recipients = granting::read_recipients(settings.to, cli::input_name);
    terms.not_after = read_not_after(settings);
    terms.label = read_label(settings);
    terms.limits = read_limits(settings);
    granting::GrantFiles files(terms.recipients, settings.output);
    granting::GrantWriter writer(home, keystore, cli::this_program());
    const cli::ExitCode code = read_records(settings, [&](const cli::Item& item) { writer.add(*item.object); });
    writer.write(terms, files);
    return code;
}

cli::ExitCode give_as_age(const Settings& settings, const custodian::Home& home, keystore::Keystore& keystore) {
    granting::AgeTerms terms{*settings.as_age, granting::read_recipients(settings.to, cli::input_name),
                             read_label(settings), read_limits(settings)};
    granting::AgeWriter writer(home, keystore, std::move(terms), cli::this_program());
    const cli::ExitCode code =
        read_records(settings, [&](const cli::Item& item) { writer.add(item.position, *item.object); });
    cli::Output paths(settings.output);
    const bool is_complete = writer.write([&](const std::filesystem::path& path) {
        paths.put_line(path.string());
        paths.flush();
    });
    paths.commit();
    return is_complete ? code : cli::ExitCode::bad_input;
}

FileDescriptor open_grant(const std::string& file) {
    FileDescriptor grant(file == "-" ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                     : ::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    int why = !grant || ::fstat(grant.get(), &status) != 0 ? errno : 0;
    if (why == 0 && S_ISDIR(status.st_mode)) why = EISDIR;
    if (why != 0) throw Error(ErrorKind::input, std::string("the grant cannot be opened: ") + std::strerror(why));
    return grant;
}

void accept(const std::string& file, const granting::AcceptTerms& terms, const custodian::Home& home,
            keystore::Keystore& keystore, cli::Output& output) {
    const FileDescriptor grant = open_grant(file);
    granting::accept_grant(keystore, home, grant.get(), terms, cli::this_program(), [&](const record::Object& object) {
        output.put_line(record::to_json(object));
        output.flush();
    });
}

cli::ExitCode run(int argc, char** argv) {
    Settings settings;
    cli::Options options("msh-grant", "Grant the studies of object records, or accept a grant.",
                         "--to RECIPIENT [OPTION]... [FILE]...\n"
                         "  or:  msh-grant --to RECIPIENT --as-age DIR [OPTION]... [FILE]...\n"
                         "  or:  msh-grant --accept FILE [--issuer FINGERPRINT]\n"
                         "  or:  msh-grant --card");
    add_options(options, settings);
    if (options.parse(argc, argv) == cli::Options::Outcome::help_shown) return cli::ExitCode::done;
    cli::apply(settings.common, options);
    require_one_task(settings);
    const auto issuer = read_issuer(settings);

    const custodian::Home home(cli::home_folder(settings.common));
    const auto keystore =
        custodian::unlock_keystore(home, cli::passphrase_reader(settings.passphrase, home.prompt_lock()));
    if (settings.as_age) return give_as_age(settings, home, *keystore);
    if (!settings.to.empty()) return give(settings, home, *keystore);
    cli::Output output(settings.output);
    if (settings.accept) {
        accept(*settings.accept, {issuer, cli::confirm}, home, *keystore, output);
    } else {
        output.put(granting::own_card(*keystore));
    }
    output.commit();
    return cli::ExitCode::done;
}

}  // namespace

int main(int argc, char** argv) {
    return msh::cli::run_program("msh-grant", [&] { return run(argc, argv); });
}
