// SPDX-License-Identifier: LGPL-2.1-or-later
// Record texts: read and written.
#include "engine/network/record_text.hpp"

#include "base/failure.hpp"
#include "engine/container/name_files.hpp"
#include "engine/network/labels.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace slipway::engine {

namespace {

constexpr std::size_t text_limit = 255;   // a length of one byte
constexpr std::size_t texts_limit = 8192; // what fits an answer by TCP with room for others

[[noreturn]] void refuse_record(const std::string& reason)
{
    throw Failure{ErrorCode::invalid_argument, reason};
}

IpAddress parse_record_address(const std::string& type, const std::string& data)
{
    const Result<IpAddress> address = IpAddress::parse(data);
    if (!address || address.value().is_v4() != (type == "A"))
        refuse_record("a record " + type + " has an address of IPv" + (type == "A" ? "4" : "6") + ", not '" +
                      data + "'");
    return address.value();
}

names::Service parse_service(const std::string& data)
{
    std::istringstream stream{data};
    std::vector<std::string> words;
    for (std::string word; stream >> word;)
        words.push_back(word);
    std::uint16_t numbers[3]{};
    bool is_good = words.size() == 4;
    for (std::size_t at = 0; is_good && at < 3; ++at) {
        const char* const end = words[at].data() + words[at].size();
        const auto [rest, error] = std::from_chars(words[at].data(), end, numbers[at]);
        is_good = error == std::errc{} && rest == end;
    }
    if (!is_good)
        refuse_record("a record SRV has PRIORITY WEIGHT PORT TARGET, such as '0 0 5432 db', not '" + data +
                      "'");
    return {parse_record_name(words[3]), numbers[2], numbers[0], numbers[1]};
}

// One character of a text in quotation marks, at AT and behind it.
char take_quoted(const std::string& data, std::size_t& at)
{
    if (data[at] != '\\')
        return data[at++];
    const std::optional<unsigned char> character = take_escaped(data, at);
    // Texts are UTF-8, of which such a byte would be no whole character.
    if (!character || *character > 0x7f)
        refuse_record("behind a '\\' in a text is a character, or its number of three digits below 128");
    return static_cast<char>(*character);
}

std::vector<std::string> parse_texts(const std::string& data)
{
    if (data.empty() || data.front() != '"')
        return {data};
    std::vector<std::string> texts;
    std::size_t at = 0;
    while (at < data.size()) {
        if (data[at] == ' ') {
            ++at;
            continue;
        }
        if (data[at++] != '"')
            refuse_record("several texts of a record TXT are each in quotation marks");
        std::string& text = texts.emplace_back();
        while (at < data.size() && data[at] != '"')
            text += take_quoted(data, at);
        if (at++ == data.size())
            refuse_record("a text of a record TXT has no quotation mark at its end");
    }
    return texts;
}

names::Texts parse_text_data(const std::string& data)
{
    names::Texts texts{parse_texts(data)};
    std::size_t size = 0;
    for (const std::string& text : texts.texts) {
        if (text.size() > text_limit)
            refuse_record(
                "a text of a record TXT has 255 bytes at most; several stand each in quotation marks");
        size += 1 + text.size();
    }
    if (size > texts_limit)
        refuse_record("the texts of a record TXT have 8192 bytes at most");
    return texts;
}

std::string quoted(const std::string& text)
{
    std::string quoted = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f)
            quoted += escaped_number(byte);
        else if (c == '"' || c == '\\')
            quoted += std::string{'\\', c};
        else
            quoted += c;
    }
    return quoted + '"';
}

struct DataText {
    std::string operator()(const IpAddress& address) const { return address.text(); }
    std::string operator()(const names::Pointer& pointer) const { return pointer.target + '.'; }
    std::string operator()(const names::Service& service) const
    {
        return std::to_string(service.priority) + ' ' + std::to_string(service.weight) + ' ' +
               std::to_string(service.port) + ' ' + service.target + '.';
    }
    std::string operator()(const names::Texts& texts) const
    {
        std::string all;
        for (const std::string& text : texts.texts)
            all += (all.empty() ? "" : " ") + quoted(text);
        return all;
    }
};

struct TypeText {
    std::string operator()(const IpAddress& address) const { return address.is_v4() ? "A" : "AAAA"; }
    std::string operator()(const names::Pointer&) const { return "PTR"; }
    std::string operator()(const names::Service&) const { return "SRV"; }
    std::string operator()(const names::Texts&) const { return "TXT"; }
};

} // namespace

std::string parse_record_name(const std::string& name)
{
    Labels labels = name == "@" ? Labels{} : parse_labels(name);
    if (name == "@" || !is_absolute(name)) {
        const Labels domain = parse_labels(name_domain);
        labels.insert(labels.end(), domain.begin(), domain.end());
    }
    check_length(labels, name);
    return text_of(labels);
}

names::Record parse_record(const std::string& name, const std::string& type, const std::string& data)
{
    std::string kind = type;
    std::transform(kind.begin(), kind.end(), kind.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    names::Record record;
    record.name = text_of(lower_case(parse_labels(parse_record_name(name))));
    if (kind == "A" || kind == "AAAA")
        record.data = parse_record_address(kind, data);
    else if (kind == "SRV")
        record.data = parse_service(data);
    else if (kind == "PTR")
        record.data = names::Pointer{parse_record_name(data)};
    else if (kind == "TXT")
        record.data = parse_text_data(data);
    else
        refuse_record("there are no records of the type '" + type + "' here (A, AAAA, SRV, PTR, TXT)");
    return record;
}

void check_place(const names::Record& record, const std::string& network, const NetworkSettings& settings)
{
    const Labels name = lower_case(parse_labels(record.name));
    if (is_below(name, parse_labels(name_domain)))
        return;
    const std::optional<IpAddress> address = find_reverse_address(name);
    if (address && std::any_of(settings.subnets.begin(), settings.subnets.end(),
                               [&](const Subnet& subnet) { return subnet.prefix.contains(*address); }))
        return;
    refuse_record("the name '" + record.name + "' is neither in " + name_domain +
                  " nor of an address of the network " + network);
}

std::string name_text(const names::Record& record)
{
    return record.name + '.';
}

std::string type_text(const names::Record& record)
{
    return std::visit(TypeText{}, record.data);
}

std::string data_text(const names::Record& record)
{
    return std::visit(DataText{}, record.data);
}

} // namespace slipway::engine
