// SPDX-License-Identifier: LGPL-2.1-or-later
// Message: one D-Bus message, counted, written and read with the type strings of sd_bus_message_append(3).
#pragma once

#include "base/failure.hpp"
#include "base/fd.hpp"

#include <systemd/sd-bus.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slipway::bus {

// The prefix of our error names on D-Bus.
inline constexpr std::string_view error_prefix = "org.slipway.Engine1.Error.";

// A failure that came over the bus; name() keeps what the peer called it.
class RemoteFailure : public Failure {
  public:
    RemoteFailure(ErrorCode code, std::string name, std::string message)
        : Failure{code, std::move(message)}, name_{std::move(name)}
    {
    }
    const std::string& name() const noexcept { return name_; }

  private:
    std::string name_;
};

class Message {
  public:
    Message() noexcept = default;
    // Takes over one reference.
    static Message adopt(sd_bus_message* message) noexcept { return Message{message}; }
    // Takes a reference of its own.
    static Message share(sd_bus_message* message) noexcept { return Message{sd_bus_message_ref(message)}; }

    Message(Message&& other) noexcept : message_{std::exchange(other.message_, nullptr)} {}
    Message& operator=(Message&& other) noexcept
    {
        if (this != &other) {
            sd_bus_message_unref(message_);
            message_ = std::exchange(other.message_, nullptr);
        }
        return *this;
    }
    Message(const Message& other) noexcept : message_{sd_bus_message_ref(other.message_)} {}
    Message& operator=(const Message& other) noexcept
    {
        if (this != &other)
            *this = Message{other};
        return *this;
    }
    ~Message() { sd_bus_message_unref(message_); }

    sd_bus_message* bare() const noexcept { return message_; }
    explicit operator bool() const noexcept { return message_ != nullptr; }

    // Types and values as in sd_bus_message_append(3); strings as const char*. Throws Failure.
    template <typename... Values>
    Message& append(const char* types, Values... values)
    {
        check_negative(sd_bus_message_append(message_, types, values...), "write a D-Bus message");
        return *this;
    }
    Message& open(char type, const char* contents)
    {
        check_negative(sd_bus_message_open_container(message_, type, contents), "write a D-Bus message");
        return *this;
    }
    Message& close()
    {
        check_negative(sd_bus_message_close_container(message_), "write a D-Bus message");
        return *this;
    }
    Message& append_strings(const std::vector<std::string>& strings);

    // Values into pointers as in sd_bus_message_read(3); strings and descriptors stay the message's.
    // A message of other types: Failure{invalid_argument}.
    template <typename... Pointers>
    bool read(const char* types, Pointers... pointers)
    {
        return checked_read(sd_bus_message_read(message_, types, pointers...));
    }
    // False at the end of the surrounding array.
    bool enter(char type, const char* contents)
    {
        return checked_read(sd_bus_message_enter_container(message_, type, contents));
    }
    void exit() { checked_read(sd_bus_message_exit_container(message_)); }
    void skip(const char* types) { checked_read(sd_bus_message_skip(message_, types)); }
    // The type of the next value and its contents: "v" and "s" for a variant of a string; 0 at an end.
    std::pair<char, std::string> peek();
    std::string read_string();
    std::vector<std::string> read_strings();
    // A descriptor of our own, close-on-exec.
    Fd read_fd();

    std::string path() const { return or_empty(sd_bus_message_get_path(message_)); }
    std::string sender() const { return or_empty(sd_bus_message_get_sender(message_)); }
    std::string member() const { return or_empty(sd_bus_message_get_member(message_)); }

    // Throws RemoteFailure if this is an error reply.
    void throw_if_error() const;

  private:
    explicit Message(sd_bus_message* message) noexcept : message_{message} {}
    static std::string or_empty(const char* text)
    {
        return text == nullptr ? std::string{} : std::string{text};
    }
    static bool checked_read(int result);

    sd_bus_message* message_ = nullptr;
};

// True if the connection or the peer ended before there was an answer. sd-bus and the brokers have one error
// name for that and for a time-out; only the latter is our own, so its words are known.
bool is_lost(const RemoteFailure& failure);

// What our own error names, and the standard ones that have a meaning for us, say as an ErrorCode.
ErrorCode code_of_error_name(std::string_view name);

} // namespace slipway::bus
