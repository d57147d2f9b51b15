#include "log/copy.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "log/public_file.hpp"
#include "log/reader.hpp"
#include "log/tiles.hpp"
#include "merkle/hash.hpp"
#include "merkle/tree.hpp"

namespace msh::log {
namespace {

class Copy {
  public:
    Copy(const std::filesystem::path& from, const std::filesystem::path& to, const Trust& trust)
        : from_(from, ErrorKind::failed), to_(to), checkpoint_(Reader(from, trust, ErrorKind::failed).checkpoint()) {}

    void run() {
        make_public_folder(to_);
        const FileSystemSync disk(to_);
        for (unsigned level = 0; hashes_on_level(level, checkpoint_.size) > 0; ++level)
            copy_level(level);
        if (tree_.root() != checkpoint_.root) throw from_.damaged("tiles do not match its checkpoint");
        disk.sync();
        write_public_file_durably(to_, "checkpoint", as_bytes(checkpoint_.note));
    }

  private:
    void copy_level(unsigned level) {
        unsigned width = 0;
        for (std::uint64_t index = 0; (width = tile_width(level, index, checkpoint_.size)) > 0; ++index) {
            const std::vector<Digest> hashes = from_.hashes(level, index, width);
            write_public_file(to_, tile_path(level, index, width), encode_tile(hashes));
            if (level == 0) copy_entries(index, hashes);
        }
    }

    void copy_entries(std::uint64_t index, const std::vector<Digest>& hashes) {
        const auto width = static_cast<unsigned>(hashes.size());
        const std::vector<Digest> leaves = from_.leaves(index, width);
        for (std::size_t i = 0; i < leaves.size(); ++i) {
            if (merkle::leaf_hash(leaves[i]) != hashes[i]) throw from_.damaged("entries do not match its tiles");
            tree_.append(hashes[i]);
        }
        write_public_file(to_, bundle_path(index, width), encode_bundle(leaves));
    }

    TileFolder from_;
    const std::filesystem::path& to_;
    SignedCheckpoint checkpoint_;
    merkle::CompactTree tree_;
};

}  // namespace

void copy_log(const std::filesystem::path& from, const std::filesystem::path& to, const Trust& trust) {
    Copy(from, to, trust).run();
}

}  // namespace msh::log
