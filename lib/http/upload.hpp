// A multipart/form-data POST whose files are made while they are sent: what is written here waits in a small buffer
// until the other side takes it.
//
//     Upload upload(client, {.url = url, .max_body = 1 << 20},
//                   {{"blocks.car", "application/..."}, {"roots.car", ...}});
//     upload.write(bytes);  ...  upload.end_part();  upload.write(bytes);  upload.end_part();
//     Upload::Outcome outcome = upload.finish();
//
// Its question is asked by a thread of its own. It may end before all is sent, with an answer that says why: write()
// gives false from then on. An Upload that is not finished is broken off.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "http/client.hpp"

namespace msh::http {

class Upload {
  public:
    struct File {
        std::string name;
        std::string type;
    };

    // The stall limit is that of the client, extended by extend_timeout(). `client` and what
    // `request` points to must outlive it.
    Upload(Client& client, Request request, const std::vector<File>& files);
    Upload(const Upload&) = delete;
    Upload& operator=(const Upload&) = delete;
    ~Upload();

    // One thread at a time. Returns false if the request has already ended.
    bool write(ByteView bytes);
    void end_part();

    // What was sent takes so much longer to work on.
    void extend_timeout(std::chrono::milliseconds by);

    struct Outcome {
        Response answer;               // as far as it came
        std::optional<Error> failure;  // where it did not come, or not whole
    };
    // After the last part.
    [[nodiscard]] Outcome finish();

  private:
    [[nodiscard]] std::size_t read(std::size_t part, MutableBytes into);
    void ask();

    Client& client_;
    Request request_;
    Outcome outcome_;

    std::mutex mutex_;
    std::condition_variable changed_;
    Bytes ring_;
    std::uint64_t written_ = 0;
    std::uint64_t read_ = 0;
    std::vector<std::uint64_t> ends_;  // of the parts that are whole: what was written by then
    std::chrono::milliseconds patience_;
    bool is_over_ = false;    // the question
    bool is_broken_ = false;  // it shall be
    std::thread thread_;
};

}  // namespace msh::http
