#include "dicom/parse_guard.hpp"

#include <ctime>

#include "dicom/fault.hpp"

namespace msh::dicom {
namespace {

// An element or item of DCMTK with its list node, on 64-bit machines.
constexpr std::uint64_t bytes_per_header = 256;
constexpr std::int64_t headers_between_clocks = 4096;

std::int64_t thread_nanoseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

std::uintptr_t frame() {
    return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
}

}  // namespace

void ParseGuard::enter() {
    part_memory_ = 0;
    stack_ = frame();
}

void ParseGuard::on_header() {
    const std::uintptr_t here = frame();
    if (stack_ > here && stack_ - here > limits_.stack) {
        throw Fault(FaultClass::limit, "sequences nested too deeply");
    }
    part_memory_ += bytes_per_header;
    if (++headers_ % headers_between_clocks == 0) check_time();
}

void ParseGuard::check_time() {
    const std::int64_t now = thread_nanoseconds();
    if (started_ == 0) started_ = now;
    if (now - started_ > limits_.nanoseconds + headers_ * limits_.nanoseconds_per_header) {
        throw Fault(FaultClass::limit, "too many elements out of order to parse in time");
    }
}

void ParseGuard::on_bytes(std::size_t count) {
    bytes_ += count;
    part_memory_ += count;
    if (bytes_ > limits_.bytes) on_large_value();
    if (part_memory_ > limits_.memory) throw NeedsMemory();
}

void ParseGuard::on_large_value() const {
    throw Fault(FaultClass::limit, "more outside the pixel data than a deflated file may hold (32 MiB)");
}

}  // namespace msh::dicom
