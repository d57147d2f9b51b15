#include "http/upload.hpp"

#include <algorithm>
#include <utility>

namespace msh::http {
namespace {

constexpr std::size_t ring_size = std::size_t{2} << 20;

struct BrokenOff {};

}  // namespace

Upload::Upload(Client& client, Request request, const std::vector<File>& files)
    : client_(client), request_(std::move(request)), ring_(ring_size), patience_(client.limits().stall) {
    request_.method = Request::Method::post;
    request_.stall_limit = [this] {
        const std::scoped_lock lock(mutex_);
        if (is_broken_) throw BrokenOff{};
        return std::chrono::ceil<std::chrono::seconds>(patience_);
    };
    for (std::size_t i = 0; i < files.size(); ++i) {
        request_.parts.push_back(
            {files[i].name, files[i].type, [this, i](MutableBytes into) { return read(i, into); }});
    }
    thread_ = std::thread([this] { ask(); });
}

Upload::~Upload() {
    {
        const std::scoped_lock lock(mutex_);
        is_broken_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

bool Upload::write(ByteView bytes) {
    std::unique_lock lock(mutex_);
    while (!bytes.empty()) {
        changed_.wait(lock, [&] { return is_over_ || written_ - read_ < ring_.size(); });
        if (is_over_) return false;
        const std::size_t place = written_ % ring_.size();
        const std::size_t free = ring_.size() - static_cast<std::size_t>(written_ - read_);
        const std::size_t count = std::min({bytes.size(), free, ring_.size() - place});
        std::copy_n(bytes.begin(), count, ring_.begin() + static_cast<std::ptrdiff_t>(place));
        bytes = bytes.subspan(count);
        written_ += count;
        changed_.notify_all();
    }
    return !is_over_;
}

void Upload::end_part() {
    {
        const std::scoped_lock lock(mutex_);
        ends_.push_back(written_);
    }
    changed_.notify_all();
}

void Upload::extend_timeout(std::chrono::milliseconds by) {
    const std::scoped_lock lock(mutex_);
    patience_ += by;
}

Upload::Outcome Upload::finish() {
    thread_.join();
    return std::move(outcome_);
}

// What is there of this part; waits where that is nothing, unless the part is whole.
std::size_t Upload::read(std::size_t part, MutableBytes into) {
    std::unique_lock lock(mutex_);
    const auto is_whole = [&] { return part < ends_.size(); };
    changed_.wait(lock, [&] { return is_broken_ || is_whole() || written_ > read_; });
    if (is_broken_) throw BrokenOff{};
    const std::uint64_t end = is_whole() ? ends_[part] : written_;
    const std::size_t place = read_ % ring_.size();
    const std::size_t count = std::min({into.size(), static_cast<std::size_t>(end - read_), ring_.size() - place});
    std::copy_n(ring_.begin() + static_cast<std::ptrdiff_t>(place), count, into.begin());
    read_ += count;
    lock.unlock();
    changed_.notify_all();
    return count;
}

void Upload::ask() {
    try {
        outcome_.answer = client_.ask(request_, outcome_.answer);
    } catch (const Error& error) {
        outcome_.failure = error;
    } catch (const BrokenOff&) {
        outcome_.failure = Error(ErrorKind::failed, "aborted");
    } catch (const std::exception& error) {
        outcome_.failure = Error(ErrorKind::failed, error.what());
    }
    {
        const std::scoped_lock lock(mutex_);
        is_over_ = true;
    }
    changed_.notify_all();
}

}  // namespace msh::http
