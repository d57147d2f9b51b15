// What libcurl allocates, with owners; for this room's sources only.
#pragma once

#include <curl/curl.h>
#include <memory>
#include <string>

namespace msh::http {

struct CloseHandle {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
struct FreeList {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
struct FreeMime {
    void operator()(curl_mime* mime) const noexcept { curl_mime_free(mime); }
};
using Handle = std::unique_ptr<CURL, CloseHandle>;
using List = std::unique_ptr<curl_slist, FreeList>;
using Mime = std::unique_ptr<curl_mime, FreeMime>;

// Throws Error (failed) for anything but success of a call that only prepares a request.
void require(CURLcode code);

// Appends a copy of the text.
void append_text(List& list, const char* text);

}  // namespace msh::http
