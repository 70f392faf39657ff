// SPDX-License-Identifier: LGPL-2.1-or-later
// Conversation: packets of JSON.
#include "transfer/conversation.hpp"

#include "base/json.hpp"
#include "base/packet.hpp"

#include <cerrno>
#include <fcntl.h>
#include <poll.h>

namespace slipway::transfer {

namespace {

std::string dump(const Json& event)
{
    // What an error message quotes may be cut in the midst of a character.
    return json_text(event, StrayBytes::replaced);
}

} // namespace

Conversation::Conversation(int socket) : socket_{socket}, told_at_{std::chrono::steady_clock::now()}
{
    const int flags = check(::fcntl(socket, F_GETFL), "look at the conversation");
    check(::fcntl(socket, F_SETFL, flags | O_NONBLOCK), "set up the conversation");
}

void Conversation::tell_progress(std::uint64_t done)
{
    const auto now = std::chrono::steady_clock::now();
    if (now - told_at_ < progress_interval)
        return;
    told_at_ = now;
    Json event;
    event["event"] = "progress";
    event["read"] = done;
    try {
        send_packet(socket_, dump(event));
    } catch (const Failure&) { // NOLINT: full, or nobody there, which the next look at the input finds out
    }
}

void Conversation::tell_unpacked(const Unpacked& unpacked, std::uint64_t read)
{
    Json event;
    event["event"] = "unpacked";
    event["diff_id"] = unpacked.diff_id.text();
    event["size"] = unpacked.size;
    event["read"] = read;
    event["entries"] = unpacked.entries;
    event["opaque"] = unpacked.is_opaque;
    event["skipped_devices"] = unpacked.skipped_devices.names();
    event["skipped_device_count"] = unpacked.skipped_devices.count();
    send(dump(event));
}

void Conversation::tell_extracted(const Extracted& extracted)
{
    Json event;
    event["event"] = "extracted";
    event["files"] = extracted.files;
    event["size"] = extracted.size;
    send(dump(event));
}

void Conversation::tell_enclosed(std::uint64_t size)
{
    Json event;
    event["event"] = "enclosed";
    event["size"] = size;
    send(dump(event));
}

void Conversation::tell_written(const char* event, const Written& written, const SomeNames& left_out)
{
    Json json;
    json["event"] = event;
    json["digest"] = written.digest.text();
    json["size"] = written.size;
    json["diff_id"] = written.diff_id.text();
    json["tar_size"] = written.tar_size;
    json["left_out"] = left_out.names();
    json["left_out_count"] = left_out.count();
    send(dump(json));
}

void Conversation::tell_compared(const std::vector<std::string>& differences, std::uint64_t count)
{
    Json event;
    event["event"] = "compared";
    event["differences"] = differences;
    event["count"] = count;
    send(dump(event));
}

void Conversation::tell_copied(std::uint64_t read, const SomeNames& left_out)
{
    Json event;
    event["event"] = "copied";
    event["read"] = read;
    event["left_out"] = left_out.names();
    event["left_out_count"] = left_out.count();
    send(dump(event));
}

void Conversation::tell_listed(std::uint64_t count)
{
    Json json;
    json["event"] = "listed";
    json["count"] = count;
    send(dump(json));
}

void Conversation::tell_failed(const Failure& failure)
{
    Json event;
    event["event"] = "failed";
    event["error"]["name"] = row_of(failure.code()).name;
    event["error"]["message"] = failure.message();
    send(dump(event));
}

void Conversation::send(const std::string& text)
{
    pollfd room{socket_, POLLOUT, 0};
    while (::poll(&room, 1, -1) < 0 && errno == EINTR) {
    }
    send_packet(socket_, text);
}

} // namespace slipway::transfer
