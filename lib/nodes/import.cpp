#include "nodes/import.hpp"

#include <vector>

#include "ipfs/car.hpp"
#include "nodes/kubo_answers.hpp"

namespace msh::nodes {
namespace {

const char* const archive_type = "application/vnd.ipld.car; version=1";

http::Request import_request(const Kubo& node, Import::Pins pins) {
    http::Request request =
        node.request(std::string("dag/import?pin-roots=") + (pins == Import::Pins::none ? "false" : "true"));
    request.max_body = std::size_t{16} << 20;
    return request;
}

}  // namespace

Import::Import(const Kubo& node, Pins pins)
    : node_(node),
      upload_(node.client(), import_request(node, pins), {{"blocks.car", archive_type}, {"roots.car", archive_type}}) {
    (void)upload_.write(ipfs::car_header_without_roots());
}

bool Import::put(const ipfs::Cid& cid, ByteView block) {
    const Bytes head = ipfs::car_section(cid, block.size());
    const std::scoped_lock lock(mutex_);
    return upload_.write(head) && upload_.write(block);
}

void Import::add_root(const ipfs::Cid& root, std::uint64_t size) {
    const std::scoped_lock lock(mutex_);
    roots_.insert(root);
    upload_.extend_timeout(time_for(size));
}

void Import::end() {
    upload_.end_part();
    const std::vector<ipfs::Cid> roots(roots_.begin(), roots_.end());
    (void)upload_.write(roots.empty() ? ipfs::car_header_without_roots() : ipfs::car_header(roots));
    upload_.end_part();
}

Import::Outcome Import::outcome() {
    const http::Upload::Outcome sent = upload_.finish();
    try {
        if (sent.answer.status != 0 && sent.answer.status != 200) node_.refuse(sent.answer);
        if (sent.failure) return {sent.failure, {}};
        return read(sent.answer);
    } catch (const Error& error) {
        return {error, {}};
    }
}

Import::Outcome Import::read(const http::Response& answer) const {
    if (!answer.stream_error.empty()) throw Error(ErrorKind::again, node_.host() + ": import failed before its end");
    const auto answered = read_imported_roots(as_text(answer.body));
    if (!answered) throw Error(ErrorKind::again, node_.host() + ": unexpected response");
    Outcome outcome;
    for (const ImportedRoot& imported : *answered) {
        if (!imported.root || !roots_.contains(*imported.root)) {
            throw Error(ErrorKind::failed, node_.host() + ": returned a CID that was not sent to it");
        }
        if (!imported.pin_error.empty()) outcome.pin_errors[*imported.root] = imported.pin_error;
    }
    return outcome;
}

}  // namespace msh::nodes
