// Writes a CAR archive (ipfs/car.hpp), block by block, from any number of threads.
//
//     std::unique_ptr<CarWriter> car = open_car("export.car");
//     car->put(cid, block);  ...  car->add_root(root);  ...
//     car->finish([] {});
//
// A file gets its name once it is whole and durable, and names all roots in its header. Since the header comes first
// and its length is known last, the blocks are written to a file without a name, and copied behind the header at the
// end: until then twice the archive's size is needed (not where the file system shares blocks between files). More
// roots than a header may have (some 800,000) leave it with none, as a stream has.
//
// Throws Error (failed) when it cannot be written.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "base/bytes.hpp"
#include "ipfs/cid.hpp"

namespace msh::ipfs {

class CarWriter {
  public:
    CarWriter() = default;
    CarWriter(const CarWriter&) = delete;
    CarWriter& operator=(const CarWriter&) = delete;
    virtual ~CarWriter() = default;
    virtual void put(const Cid& cid, ByteView block) = 0;
    virtual void add_root(const Cid& root) = 0;
    // To be called once; put nothing after it. `between` is called between the parts of what takes long, and may throw.
    virtual void finish(const std::function<void()>& between) = 0;
};

// "-" is standard output. That, and a pipe or device that is there already, is written to as blocks come.
[[nodiscard]] std::unique_ptr<CarWriter> open_car(const std::filesystem::path& file);

}  // namespace msh::ipfs
