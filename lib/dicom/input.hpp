// The bytes of a data set in order, with a small window to look ahead in and to step back to: what the parser reads
// from (dicom/parser_stream.hpp), and what pixel data is walked over with. Two kinds: the bytes of the file as they
// are, from an offset on, and those of a deflated file behind its file meta information.
//
//     FileInput input(source, 0);
//     ByteView header = input.peek(8);            // fewer bytes only at the end
//     input.skip(length) == length                // else the end came first
//
// Fails with Error(input): what dicom/source.hpp throws, and damage in deflated data.
//
// Source: DICOM PS3.5 section A.5 (deflated transfer syntax: RFC 1951 without a zlib header).
#pragma once

#include <cstdint>
#include <memory>

#include "base/bytes.hpp"
#include "dicom/source.hpp"

namespace msh::dicom {

class Input {
  public:
    // How far rewind() and peek() reach at least.
    static constexpr std::size_t reach = 4096;

    Input();
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;
    virtual ~Input() = default;

    // From the beginning of the data; the first byte of a FileInput has the offset it was made with.
    [[nodiscard]] std::uint64_t position() const noexcept { return window_position_ + begin_; }

    [[nodiscard]] ByteView peek(std::size_t count);
    [[nodiscard]] std::size_t read(MutableBytes into);
    // Gives how many bytes there were to skip.
    std::uint64_t skip(std::uint64_t count);
    // Back over bytes that were just read.
    void rewind(std::uint64_t count);

  protected:
    // Next bytes; 0 only at the end of the data.
    virtual std::size_t produce(MutableBytes into) = 0;
    // Passes over bytes that nobody wants to see.
    virtual std::uint64_t leap(std::uint64_t count) = 0;

    void start_at(std::uint64_t position) noexcept { window_position_ = position; }

  private:
    bool fill();

    std::unique_ptr<std::uint8_t[]> window_;
    std::uint64_t window_position_ = 0;  // of the window's first byte
    std::size_t begin_ = 0;              // unread bytes of the window
    std::size_t end_ = 0;
    std::size_t next_fill_;  // small after a leap, so that walking over fragments reads little more than headers
};

class FileInput : public Input {
  public:
    FileInput(const Source& source, std::uint64_t offset);

  protected:
    std::size_t produce(MutableBytes into) override;
    std::uint64_t leap(std::uint64_t count) override;

  private:
    const Source& source_;
    std::uint64_t offset_;
};

class InflateInput : public Input {
  public:
    // The deflated bytes begin at the offset, and nothing but zeros follows them.
    InflateInput(const Source& source, std::uint64_t offset);
    ~InflateInput() override;

  protected:
    std::size_t produce(MutableBytes into) override;
    std::uint64_t leap(std::uint64_t count) override;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace msh::dicom
