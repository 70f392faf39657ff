// SPDX-License-Identifier: LGPL-2.1-or-later
// Message: reading, and error replies as failures.
#include "bus/message.hpp"

#include <array>
#include <fcntl.h>

namespace slipway::bus {

bool Message::checked_read(int result)
{
    if (result == -ENXIO || result == -EINVAL || result == -EBADMSG)
        throw Failure{ErrorCode::invalid_argument,
                      "the D-Bus message has other types than the interface says"};
    return check_negative(result, "read a D-Bus message") > 0;
}

Message& Message::append_strings(const std::vector<std::string>& strings)
{
    open('a', "s");
    for (const std::string& text : strings)
        append("s", text.c_str());
    return close();
}

std::pair<char, std::string> Message::peek()
{
    char type = 0;
    const char* contents = nullptr;
    if (!checked_read(sd_bus_message_peek_type(message_, &type, &contents)))
        return {0, {}};
    return {type, or_empty(contents)};
}

std::string Message::read_string()
{
    const char* text = nullptr;
    read("s", &text);
    return or_empty(text);
}

std::vector<std::string> Message::read_strings()
{
    std::vector<std::string> strings;
    enter('a', "s");
    const char* text = nullptr;
    while (read("s", &text))
        strings.emplace_back(text);
    exit();
    return strings;
}

Fd Message::read_fd()
{
    int number = -1;
    read("h", &number);
    return Fd{check(::fcntl(number, F_DUPFD_CLOEXEC, 3), "take a descriptor from a D-Bus message")};
}

ErrorCode code_of_error_name(std::string_view name)
{
    if (name.starts_with(error_prefix))
        return find_error_code(name.substr(error_prefix.size())).value_or(ErrorCode::internal);
    struct Row {
        std::string_view name;
        ErrorCode code;
    };
    static constexpr std::array rows{
        Row{SD_BUS_ERROR_ACCESS_DENIED, ErrorCode::access_denied},
        Row{SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED, ErrorCode::access_denied},
        Row{SD_BUS_ERROR_NO_REPLY, ErrorCode::timed_out},
        Row{SD_BUS_ERROR_TIMEOUT, ErrorCode::timed_out},
        Row{SD_BUS_ERROR_INVALID_ARGS, ErrorCode::invalid_argument},
        Row{SD_BUS_ERROR_NOT_SUPPORTED, ErrorCode::not_supported},
        Row{SD_BUS_ERROR_SERVICE_UNKNOWN, ErrorCode::unavailable},
        Row{SD_BUS_ERROR_NAME_HAS_NO_OWNER, ErrorCode::unavailable},
        Row{SD_BUS_ERROR_DISCONNECTED, ErrorCode::unavailable},
    };
    for (const Row& row : rows)
        if (row.name == name)
            return row.code;
    return ErrorCode::io_error;
}

bool is_lost(const RemoteFailure& failure)
{
    return failure.name() == SD_BUS_ERROR_DISCONNECTED ||
           (failure.name() == SD_BUS_ERROR_NO_REPLY && failure.message() != "Method call timed out");
}

void Message::throw_if_error() const
{
    if (sd_bus_message_is_method_error(message_, nullptr) == 0)
        return;
    const sd_bus_error* error = sd_bus_message_get_error(message_);
    std::string message = or_empty(error->message);
    std::string name = or_empty(error->name);
    if (message.empty())
        message = name;
    const ErrorCode code = code_of_error_name(name);
    throw RemoteFailure{code, std::move(name), std::move(message)};
}

} // namespace slipway::bus
