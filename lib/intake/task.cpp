#include "intake/task.hpp"

#include <utility>

namespace msh::intake {

void Task::fail(Failure why) {
    outcome = why.error.kind() == ErrorKind::refused ? Outcome::refused : Outcome::unreadable;
    failure.emplace(std::move(why));
    instance.reset();
}

void Task::take_known(record::Object&& earlier, bool is_of_older_rules) {
    outcome = is_of_older_rules ? Outcome::older_rules : Outcome::known;
    record = std::move(earlier);
    instance.reset();
}

}  // namespace msh::intake
