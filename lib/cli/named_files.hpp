// The files that a command line names, and the outputs among them that would destroy something.
//
// Each option says what its value is used for (cli/options.hpp); apply() (cli/common.hpp) has the outputs checked before
// anything is opened. So an option that writes a file needs no check of its own: it has the role.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace msh::cli {

enum class Role {
    text,           // names no file
    home,           // the home folder
    input,          // a file or folder that is read; whatever is no name of one (a URL, a recipient) is passed over
    descriptor,     // the number of an open descriptor that is read
    output,         // a file that is written, or a folder for such files
    output_folder,  // a folder for files
    block_store,    // a folder of blocks, which may be the home folder's own
};

struct NamedFile {
    Role role;
    std::string label;  // "-o", "FILE"
    std::string name;
};

// Error (usage) for an output that
//   - lies in the home folder, whose files are msh's own, or is another link to one of them,
//   - is an input, standard input included, or lies in a folder that is read,
//   - is another output.
// Names are followed through links, also through those that lead nowhere yet, and files compared by device and inode.
// "-" and devices and pipes are nobody's file. Standard output counts as an output of its own where it is a file that is
// read as well.
void refuse_unsafe_outputs(const std::vector<NamedFile>& files, const std::filesystem::path& home);

}  // namespace msh::cli
