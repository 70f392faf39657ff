// SPDX-License-Identifier: LGPL-2.1-or-later
// Launch: the monitor's side of the launcher's conversation.
#include "monitor/launch.hpp"

#include <csignal>
#include <unistd.h>

namespace slipway::monitor {

namespace {

// The only descriptor that a packet must carry.
Fd take_descriptor(Packet& packet)
{
    if (packet.descriptors.size() != 1)
        throw Failure{ErrorCode::internal,
                      "the launcher sent a packet without its descriptor: " + packet.text};
    return std::move(packet.descriptors.front());
}

} // namespace

Launch::Launch(Loop& loop, Launcher launcher, Events events)
    : events_{std::move(events)}, launcher_{std::move(launcher)},
      conversation_{launcher_.take_conversation()}, watch_{loop, conversation_.number(), EPOLLIN,
                                                           [this](std::uint32_t) { receive(); }}
{
}

void Launch::go(const std::vector<int>& cgroups)
{
    state_ = State::released;
    // One that has closed its end has said why in a packet that is still to be read.
    static_cast<void>(try_send_packet(conversation_.number(), go_text, cgroups));
}

void Launch::proceed()
{
    static_cast<void>(try_send_packet(conversation_.number(), continue_text));
}

void Launch::abort() noexcept
{
    state_ = State::over;
    watch_.reset();
    conversation_.reset();
    launcher_.process().send_signal(SIGKILL);
}

void Launch::end(const std::function<void()>& last_event)
{
    state_ = State::over;
    watch_.reset();
    conversation_.reset();
    last_event();
}

void Launch::receive()
{
    try {
        std::optional<Packet> packet = receive_packet(conversation_.number());
        if (packet) {
            handle(parse_launcher_event(packet->text).value(), *packet);
        } else if (state_ == State::born) {
            end(events_.executed);
        } else {
            throw Failure{ErrorCode::start_failed, "the launcher ended without a reason"};
        }
    } catch (const Failure& failure) {
        end([this, &failure] { events_.failed(failure); });
    }
}

void Launch::handle(LauncherEvent event, Packet& packet)
{
    if (auto* failed = std::get_if<LaunchFailed>(&event); failed != nullptr)
        throw failed->failure;
    if (auto* ready = std::get_if<Ready>(&event); ready != nullptr && state_ == State::preparing) {
        state_ = State::standing;
        events_.ready(std::move(ready->timings));
        return;
    }
    if (auto* born = std::get_if<Born>(&event); born != nullptr && state_ == State::released) {
        state_ = State::born;
        events_.born({.pid = born->pid, .pidfd = take_descriptor(packet)});
        if (is_created_)
            events_.created();
        return;
    }
    if (std::holds_alternative<Created>(event) && events_.created && !is_created_ &&
        (state_ == State::released || state_ == State::born))
    {
        is_created_ = true;
        if (state_ == State::born)
            events_.created();
        return;
    }
    // The payload may be quicker with its terminal than the launcher with the
    // payload's PID.
    if (std::holds_alternative<TerminalMade>(event) && (state_ == State::released || state_ == State::born)) {
        events_.terminal(take_descriptor(packet));
        return;
    }
    throw Failure{ErrorCode::internal, "the launcher spoke out of turn: " + packet.text};
}

} // namespace slipway::monitor
