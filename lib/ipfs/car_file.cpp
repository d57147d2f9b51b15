#include "ipfs/car_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <utility>

#include "base/error.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "ipfs/car.hpp"

namespace msh::ipfs {
namespace {

constexpr std::uint64_t sections_between_questions = 1 << 16;  // whether all shall end
constexpr int max_copies = 16;                                 // of one block

[[noreturn]] void throw_none(const std::filesystem::path& path) {
    throw Error(ErrorKind::failed, "'" + path.string() + "' is not a CAR archive");
}

}  // namespace

CarFile::CarFile(const std::filesystem::path& path, const IsOver& is_over)
    : file_(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)),
      cannot_read_("cannot read '" + path.string() + "'"),
      secret_(crypto::random_id()) {
    if (!file_) throw system_error("cannot open '" + path.string() + "'", errno);
    struct stat status {};
    if (::fstat(file_.get(), &status) != 0) throw system_error("cannot stat '" + path.string() + "'", errno);
    if (!S_ISREG(status.st_mode)) throw_none(path);
    end_ = static_cast<std::uint64_t>(status.st_size);
    std::array<std::uint8_t, car_start_size> buffer{};
    const auto place = find_car(read_ahead(buffer, 0), end_);
    if (!place) throw_none(path);
    end_ = place->end;
    const auto header = car_header_size(read_ahead(buffer, place->begin));
    if (!header || *header > end_ - place->begin) throw_none(path);
    std::array<std::uint8_t, car_header_end_size> header_end{};
    if (!is_car_header_end(read_ahead(header_end, place->begin + *header - header_end.size()))) {
        throw_none(path);
    }
    find_sections(place->begin + *header, is_over);
}

// What lies there, as far as the buffer and the archive go.
ByteView CarFile::read_ahead(MutableBytes buffer, std::uint64_t offset) const {
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), end_ - offset));
    return {buffer.data(), read_at(file_.get(), buffer.first(want), offset, cannot_read_)};
}

std::uint64_t CarFile::key_of(const Cid& cid) const {
    std::array<std::uint8_t, std::tuple_size_v<Id> + std::tuple_size_v<Digest>> text{};
    std::copy(cid.digest().begin(), cid.digest().end(), std::copy(secret_.begin(), secret_.end(), text.begin()));
    return load_big_endian<std::uint64_t>(ByteView(crypto::sha256(text)).first(sizeof(std::uint64_t)));
}

void CarFile::find_sections(std::uint64_t begin, const IsOver& is_over) {
    std::array<std::uint8_t, max_section_head> buffer{};
    const auto read_section = [&]() -> std::optional<CarSection> {
        try {
            return read_car_section(read_ahead(buffer, begin));
        } catch (const Error& error) {
            read_error_ = error.what();
            return std::nullopt;
        }
    };
    for (std::uint64_t count = 1; begin < end_; ++count) {
        if (count % sections_between_questions == 0 && is_over && is_over()) {
            throw Error(ErrorKind::again, "interrupted while reading an archive");
        }
        const auto section = read_section();
        if (!section || section->head > end_ - begin || section->block > end_ - begin - section->head) {
            damage_ = begin;
            break;
        }
        if (section->cid) places_.push_back({key_of(*section->cid), begin});
        begin += section->head + section->block;
    }
    std::sort(places_.begin(), places_.end(), [](const Place& a, const Place& b) { return a.key < b.key; });
}

std::optional<Bytes> CarFile::fetch(const Cid& cid) {
    const auto by_key = [](const Place& a, const Place& b) { return a.key < b.key; };
    const auto [first, last] = std::equal_range(places_.begin(), places_.end(), Place{key_of(cid), 0}, by_key);
    std::optional<Bytes> found;
    int copies = 0;
    for (auto place = first; place != last && copies < max_copies; ++place) {
        std::optional<Bytes> block = read(cid, place->offset);
        if (!block) continue;
        ++copies;
        found = std::move(block);
        // Whoever asked verifies it; but where a block is there several times, one of them may be sound.
        if (last - first > 1 && Cid::of(cid.codec(), *found) == cid) break;
    }
    return found;
}

std::optional<Bytes> CarFile::read(const Cid& cid, std::uint64_t offset) const {
    try {
        std::array<std::uint8_t, max_section_head> buffer{};
        const auto section = read_car_section(read_ahead(buffer, offset));
        if (!section || section->cid != cid) return std::nullopt;
        Bytes block(static_cast<std::size_t>(std::min<std::uint64_t>(section->block, max_block_size + 1)));
        block.resize(read_at(file_.get(), block, offset + section->head, cannot_read_));
        return block;
    } catch (const Error& error) {
        throw PermanentSourceError(error.what(), error.hint());
    }
}

}  // namespace msh::ipfs
