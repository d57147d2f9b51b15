#include "query.hpp"

#include <map>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/line_reader.hpp"

namespace msh {

Query read_query(const std::vector<std::string>& keys, const std::vector<std::string>& files) {
    std::vector<std::string> all = keys;
    if (!files.empty()) {
        cli::LineReader lines(files, '\n');
        for (auto batch = lines.next(1000, cli::longest_line); !batch.empty();
             batch = lines.next(1000, cli::longest_line)) {
            for (cli::LineReader::Entry& entry : batch) {
                if (entry.kind == cli::LineReader::Kind::unreadable) {
                    throw Error(ErrorKind::usage, "the file of keys cannot be read: " + entry.text);
                }
                if (entry.kind == cli::LineReader::Kind::too_long) {
                    throw Error(ErrorKind::usage, "a line of the file of keys is longer than 1 MiB");
                }
                if (entry.text.find('\0') != std::string::npos) {
                    throw Error(ErrorKind::usage, "a line of the file of keys has a NUL in it",
                                "keys are parted by newlines");
                }
                const std::string_view line = edited_line(entry.text);
                if (!line.empty()) all.emplace_back(line);
            }
        }
    }
    if (all.empty()) {
        throw Error(ErrorKind::usage, "nothing to search for", "give a key, as in -k PatientID=12345");
    }
    Query query;
    std::map<std::string, std::vector<std::string>> asked;  // by keyword
    for (std::size_t i = 0; i < all.size(); ++i) {
        try {
            const dicom::Condition condition = dicom::parse_condition(all[i]);
            const std::string keyword(condition.attribute->keyword);
            for (const std::string& value : condition.values)
                query.terms.push_back({keyword, value});
            const auto [before, is_new] = asked.emplace(keyword, condition.values);
            if (!is_new && before->second != condition.values) {
                query.hint =
                    "one object would need both values of " + keyword + "; to find either, search once for each";
            } else if (condition.attribute->kind == dicom::AttributeKind::name &&
                       all[i].find('^') == std::string::npos) {
                query.hint = "a name is written Family^Given, with all its components";
            }
        } catch (const Error& error) {
            throw Error(error.kind(), "key " + std::to_string(i + 1) + ": " + error.what(), error.hint());
        }
    }
    return query;
}

}  // namespace msh
