// SPDX-License-Identifier: LGPL-2.1-or-later
// Served: answers and error replies.
#include "bus/served.hpp"

namespace slipway::bus {

namespace {

std::string error_name(const Failure& failure)
{
    return std::string{error_prefix} + std::string{row_of(failure.code()).name};
}

void send_error(const Message& call, const Failure& failure) noexcept
{
    try {
        const std::string name = error_name(failure);
        const sd_bus_error error = SD_BUS_ERROR_MAKE_CONST(name.c_str(), failure.message().c_str());
        // A caller that has gone needs no answer.
        sd_bus_reply_method_error(call.bare(), &error);
    } catch (const std::exception&) {
        sd_bus_reply_method_errno(call.bare(), -ENOMEM, nullptr);
    }
}

} // namespace

Message Call::reply() const
{
    sd_bus_message* reply = nullptr;
    check_negative(sd_bus_message_new_method_return(message_.bare(), &reply), "make a D-Bus reply");
    return Message::adopt(reply);
}

async::Task<> detail::answer(Message call, async::Task<Message> handler)
{
    try {
        const Message reply = co_await handler;
        sd_bus_send(sd_bus_message_get_bus(reply.bare()), reply.bare(), nullptr);
    } catch (const Failure& failure) {
        send_error(call, failure);
    } catch (const std::exception& defect) {
        send_error(call, Failure{ErrorCode::internal, defect.what()});
    }
}

int detail::guarded(sd_bus_error* error, void (*work)(void*), void* context) noexcept
{
    try {
        work(context);
        return 1;
    } catch (const Failure& failure) {
        return set_error(error, failure);
    } catch (const std::exception&) {
        return -EIO;
    }
}

int set_error(sd_bus_error* error, const Failure& failure) noexcept
{
    try {
        return sd_bus_error_set(error, error_name(failure).c_str(), failure.message().c_str());
    } catch (const std::exception&) {
        return -ENOMEM;
    }
}

} // namespace slipway::bus
