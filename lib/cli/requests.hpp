// The object records of a batch as requests to a room, which knows neither batches nor items and notes in each request
// what came of it.
//
//     Requests<storage::FetchRequest> requests(batch);
//     getter.get(requests.all());
//     requests.settle([](Item& item, const auto& request) { item.dropped = request.is_only_counted; });
//
// A request is an aggregate whose first member refers to the record's object, and the second, if the room changes the
// record, to its line. Its `error` says why the record fails.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "cli/record_loop.hpp"

namespace msh::cli {

template <typename Request>
class Requests {
  public:
    // Of the records that have not failed. The batch's items must stay where they are until settle().
    explicit Requests(Batch& batch) : items_(batch.objects()) {
        requests_.reserve(items_.size());
        for (Item* const item : items_) {
            if constexpr (requires { Request{*item->object, item->line}; }) {
                requests_.push_back({*item->object, item->line});
            } else {
                requests_.push_back({*item->object});
            }
        }
    }

    [[nodiscard]] std::span<Request> all() noexcept { return requests_; }

    // Once the room has answered: gives each item the error of its request, and calls settle_one(item, request) for the
    // rest.
    template <typename SettleOne>
    void settle(SettleOne settle_one) {
        for (std::size_t i = 0; i < items_.size(); ++i) {
            items_[i]->error = requests_[i].error;
            settle_one(*items_[i], requests_[i]);
        }
    }
    void settle() {
        settle([](Item& /*item*/, const Request& /*request*/) {});
    }

  private:
    std::vector<Item*> items_;
    std::vector<Request> requests_;
};

}  // namespace msh::cli
