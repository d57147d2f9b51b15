// The files that a command line names, and a check that no output overwrites something that is needed.
//
// Each option has a role, which says what its value is used for (cli/options.hpp). apply() (cli/common.hpp) checks the
// outputs before anything is opened, so an option that writes a file needs no other check than its role.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace msh::cli {

enum class Role {
    text,           // names no file
    home,           // the home folder
    input,          // a file or folder that is read; a value that is not a path (a URL, a recipient) is skipped
    descriptor,     // the number of an open descriptor that is read
    output,         // a file that is written, or a folder for such files
    output_folder,  // a folder for files
    block_store,    // a block store, which may be the home folder's own
};

struct NamedFile {
    Role role;
    std::string label;  // "-o", "FILE"
    std::string name;
    std::string ending = {};  // of the names that the program makes up for files within this folder
};

// Error (usage) for an output that
//   - is in the home folder, whose files belong to msh, or is another link to one of them,
//   - is an input, including standard input, or is in a folder that is read; or is a folder for files with made-up
//     names, and has an input whose name might be one of them,
//   - is another output, or is in a folder that another option writes to;
// and if standard output is a file that is read. Symbolic links are followed, even if they are dangling, and files are
// compared by device and inode. "-", devices and pipes are not checked. What CREDENTIALS_DIRECTORY, SSL_CERT_FILE and
// MSH_SOURCES name are inputs as well. Files named only by a list on standard input are compared when they are met, by
// Output::is_file() (cli/output.hpp).
void refuse_unsafe_outputs(const std::vector<NamedFile>& files, const std::filesystem::path& home);

}  // namespace msh::cli
