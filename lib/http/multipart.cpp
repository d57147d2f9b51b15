#include "http/multipart.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>

#include "base/error.hpp"

namespace msh::http {
namespace {

std::size_t give_part(char* data, std::size_t size, std::size_t count, void* user) {
    const auto& open = *static_cast<const Multipart::OpenPart*>(user);
    try {
        const std::size_t given = open.part->read(MutableBytes(reinterpret_cast<std::uint8_t*>(data), size * count));
        if (given == 0) --open.exchange->open_parts;
        open.exchange->since = std::chrono::steady_clock::now();  // the silence was on this side
        return given;
    } catch (...) {
        open.exchange->broken_part = std::current_exception();
        return CURL_READFUNC_ABORT;
    }
}

}  // namespace

Multipart::Multipart(CURL* curl, const Request& request, Exchange& exchange) {
    for (const Part& part : request.parts)
        open_.push_back({&exchange, &part});
    exchange.open_parts = open_.size();
    if (open_.empty()) return;
    mime_.reset(curl_mime_init(curl));
    for (OpenPart& open : open_) {
        curl_mimepart* const part = mime_ ? curl_mime_addpart(mime_.get()) : nullptr;
        if (part == nullptr) throw Error(ErrorKind::failed, "out of memory");
        require(curl_mime_name(part, "file"));
        require(curl_mime_filename(part, open.part->file_name.c_str()));
        require(curl_mime_type(part, open.part->type.c_str()));
        require(curl_mime_data_cb(part, -1, give_part, nullptr, nullptr, &open));
    }
    require(curl_easy_setopt(curl, CURLOPT_MIMEPOST, mime_.get()));
}

}  // namespace msh::http
