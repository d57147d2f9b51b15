// The parts of a multipart/form-data body, which libcurl reads while it sends; for this room's sources only.
#pragma once

#include <vector>

#include "http/curl_handles.hpp"
#include "http/exchange.hpp"

namespace msh::http {

class Multipart {
  public:
    // Sets the request's parts, if it has any, as the body. Both must outlive the transfer, as must this.
    Multipart(CURL* curl, const Request& request, Exchange& exchange);

    struct OpenPart {
        Exchange* exchange;
        const Part* part;
    };

  private:
    std::vector<OpenPart> open_;
    Mime mime_;
};

}  // namespace msh::http
