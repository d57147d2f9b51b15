// Where results of msh-encrypt go: the program writes records, a report and messages. All functions are called by one
// thread. What they throw ends the run.
#pragma once

#include <filesystem>

#include "intake/result.hpp"
#include "record/object.hpp"

namespace msh::intake {

class Results {
  public:
    Results() = default;
    Results(const Results&) = delete;
    Results& operator=(const Results&) = delete;
    virtual ~Results() = default;

    // Called before an input is opened, since a list names its files only while the program runs. Throws Error (usage)
    // if this file is also an output of the program.
    virtual void require_no_output(const std::filesystem::path& input) = 0;

    // Of each input, in the order of the inputs.
    virtual void put(const Result& result) = 0;
    // Of a failure, unless an earlier run reported it.
    virtual void report_failure(const Result& result) = 0;
    // Each record once, in the order of the inputs. Payload and object are durable.
    virtual void put_record(const record::Object& record) = 0;
    // The end of a batch: writes what was put.
    virtual void flush() = 0;
};

}  // namespace msh::intake
