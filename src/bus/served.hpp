// SPDX-License-Identifier: LGPL-2.1-or-later
// Served: D-Bus methods as coroutines, properties as functions; failures become error replies with our names.
#pragma once

#include "async/task_scope.hpp"
#include "bus/message.hpp"

#include <string>

namespace slipway::bus {

// One method call that waits for its answer.
class Call {
  public:
    explicit Call(Message message) : message_{std::move(message)} {}

    // The arguments, to be read in order.
    Message& arguments() noexcept { return message_; }
    const Message& message() const noexcept { return message_; }
    std::string path() const { return message_.path(); }
    sd_bus* bus() const noexcept { return sd_bus_message_get_bus(message_.bare()); }
    // True if the caller is ready to be asked for a password meanwhile.
    bool may_interact() const noexcept
    {
        return sd_bus_message_get_allow_interactive_authorization(message_.bare()) > 0;
    }
    // An empty answer to be filled and returned.
    Message reply() const;

  private:
    Message message_;
};

// Base of an object whose methods and properties are in a vtable built with serve<> and property<>.
class Served {
  public:
    explicit Served(async::TaskScope& tasks) noexcept : tasks_{&tasks} {}
    async::TaskScope& tasks() const noexcept { return *tasks_; }

  private:
    async::TaskScope* tasks_;
};

namespace detail {

async::Task<> answer(Message call, async::Task<Message> handler);
// Runs a getter; what it throws becomes a D-Bus error.
int guarded(sd_bus_error* error, void (*work)(void*), void* context) noexcept;

template <typename T>
struct MemberOf;
template <typename Class, typename Result, typename... Arguments>
struct MemberOf<Result (Class::*)(Arguments...)> {
    using Type = Class;
};
template <typename Class, typename Result, typename... Arguments>
struct MemberOf<Result (Class::*)(Arguments...) const> {
    using Type = Class;
};

} // namespace detail

// The callback for SD_BUS_METHOD that runs METHOD, a `Task<Message> (Class::*)(Call)`, of the userdata.
template <auto Method>
int serve(sd_bus_message* message, void* userdata, sd_bus_error*)
{
    using Class = typename detail::MemberOf<decltype(Method)>::Type;
    auto* const object = static_cast<Class*>(userdata);
    const Message call = Message::share(message);
    object->tasks().spawn(detail::answer(call, (object->*Method)(Call{call})));
    return 1;
}

// The callback for SD_BUS_PROPERTY that appends by METHOD, a `void (Class::*)(const std::string& path,
// Message&)`.
template <auto Method>
int property(sd_bus*, const char* path, const char*, const char*, sd_bus_message* reply, void* userdata,
             sd_bus_error* error)
{
    using Class = typename detail::MemberOf<decltype(Method)>::Type;
    struct Context {
        Class* object;
        const char* path;
        sd_bus_message* reply;
    } context{static_cast<Class*>(userdata), path, reply};
    return detail::guarded(
        error,
        [](void* opaque) {
            auto* const c = static_cast<Context*>(opaque);
            Message message = Message::share(c->reply);
            (c->object->*Method)(c->path, message);
        },
        &context);
}

// Fills ERROR with what FAILURE is on D-Bus; returns the negative errno value that sd-bus wants.
int set_error(sd_bus_error* error, const Failure& failure) noexcept;

} // namespace slipway::bus
