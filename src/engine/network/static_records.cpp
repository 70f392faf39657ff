// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks: records of names that are made by hand, and all that a network's server answers with.
#include "engine/network/networks.hpp"
#include "engine/network/record_text.hpp"

namespace slipway::engine {

namespace {

store::RecordRow row_of(const names::Record& record)
{
    return {name_text(record), type_text(record), data_text(record)};
}

void append_answers(std::vector<AnsweredRecord>& all, const std::vector<ReasonedRecord>& reasoned,
                    const std::string& whose)
{
    for (const ReasonedRecord& one : reasoned)
        all.push_back({row_of(one.record), whose + one.reason});
}

} // namespace

std::vector<names::Record> Networks::static_records(const std::string& network) const
{
    std::vector<names::Record> records;
    for (const store::RecordRow& row : store_->networks().records(network))
        records.push_back(parse_record(row.name, row.type, row.data));
    return records;
}

std::vector<AnsweredRecord> Networks::answers(const std::string& network) const
{
    std::vector<AnsweredRecord> all;
    if (settings_of(network).driver != NetworkDriver::bridge)
        return all;
    for (const NamedMember& member : members_of(network))
        append_answers(all, reasoned_records_of(member), "container " + member.name + ": ");
    for (const names::Record& record : static_records(network))
        all.push_back({row_of(record), "static"});
    append_answers(all, records_of_the_zone(), {});
    return all;
}

async::Task<> Networks::add_record(std::string network, std::string name, std::string type, std::string data)
{
    const NetworkSettings settings = settings_of(network);
    if (settings.driver != NetworkDriver::bridge)
        throw Failure{ErrorCode::not_supported, "the network " + network +
                                                    " has no name server: its driver is " +
                                                    std::string{driver_name(settings.driver)}};
    const names::Record record = parse_record(name, type, data);
    check_place(record, network, settings);
    if (!store_->networks().add_record(network, row_of(record)))
        throw Failure{ErrorCode::name_taken, "the network " + network + " has this record already"};
    co_await tell_static(network);
}

async::Task<> Networks::remove_records(std::string network, std::string name, std::string type,
                                       std::string data)
{
    settings_of(network);
    store::RecordRow wanted{parse_record_name(name) + '.', type, {}};
    if (!type.empty() && !data.empty())
        wanted = row_of(parse_record(name, type, data));
    std::size_t count = 0;
    for (const names::Record& record : static_records(network)) {
        const store::RecordRow row = row_of(record);
        const bool is_meant = ::strcasecmp(row.name.c_str(), wanted.name.c_str()) == 0 &&
                              (type.empty() || ::strcasecmp(row.type.c_str(), wanted.type.c_str()) == 0) &&
                              (data.empty() || row.data == wanted.data);
        if (is_meant && store_->networks().remove_record(network, row))
            ++count;
    }
    if (count == 0)
        throw Failure{ErrorCode::no_such_record,
                      "the network " + network + " has no such static record of " + wanted.name};
    co_await tell_static(network);
}

// It is answered from now on, and is there after a loss of power too.
async::Task<> Networks::tell_static(std::string network)
{
    names_.set_static(network, static_records(network));
    names_changed();
    const std::filesystem::path database = store_->database_file();
    std::function<void()> settle = [database] { store::checkpoint(database); };
    co_await work(std::move(settle));
}

} // namespace slipway::engine
