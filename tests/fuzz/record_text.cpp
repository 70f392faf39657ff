// SPDX-License-Identifier: LGPL-2.1-or-later
// Records as people write them, name, type and data with a line's end between: refused, or the same again
// when they are written and read once more.
#include "engine/network/record_text.hpp"

#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    std::string_view rest = fuzz::text_of(data, size);
    const auto take = [&rest] {
        const std::size_t end = rest.find('\n');
        const std::string part{rest.substr(0, end)};
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        return part;
    };
    const std::string name = take();
    const std::string type = take();
    try {
        const names::Record record = engine::parse_record(name, type, std::string{rest});
        fuzz::require(engine::parse_record(engine::name_text(record), engine::type_text(record),
                                           engine::data_text(record)) == record);
        engine::NetworkSettings settings;
        settings.subnets.push_back({IpPrefix::parse("10.0.0.0/8").value(), {}, {}});
        engine::check_place(record, "back", settings);
    } catch (const Failure& failure) {
        fuzz::require(failure.code() == ErrorCode::invalid_argument);
    }
    return 0;
}
