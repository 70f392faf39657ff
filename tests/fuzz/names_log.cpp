// SPDX-License-Identifier: LGPL-2.1-or-later
// Lines of a log of names: refused, or the same again when they are written and read once more.
#include "names/log_line.hpp"
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    using namespace names;
    try {
        const std::variant<Head, Change> content = parse_line(fuzz::text_of(data, size));
        const std::string line = std::visit([](const auto& what) { return to_line(what); }, content);
        fuzz::require(line.find('\n') == line.size() - 1);
        fuzz::require(parse_line(std::string_view{line}.substr(0, line.size() - 1)) == content);
    } catch (const Json::exception&) {
    } catch (const Failure& failure) {
        fuzz::require(failure.code() == ErrorCode::invalid_argument);
    }
    return 0;
}
