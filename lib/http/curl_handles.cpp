#include "http/curl_handles.hpp"

#include "base/error.hpp"

namespace msh::http {

void require(CURLcode code) {
    if (code != CURLE_OK)
        throw Error(ErrorKind::failed, std::string("cannot set up libcurl: ") + curl_easy_strerror(code));
}

void append_text(List& list, const char* text) {
    curl_slist* const longer = curl_slist_append(list.get(), text);
    if (longer == nullptr) throw Error(ErrorKind::failed, "out of memory");
    (void)list.release();
    list.reset(longer);
}

}  // namespace msh::http
