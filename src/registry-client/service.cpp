// SPDX-License-Identifier: LGPL-2.1-or-later
// Service: one task a request.
#include "registry-client/service.hpp"

#include "base/file.hpp"
#include "base/packet.hpp"
#include "oci/manifest.hpp"
#include "registry-client/lists.hpp"
#include "registry-client/manifests.hpp"
#include "registry-client/push.hpp"

#include <chrono>
#include <cstdio>
#include <poll.h>
#include <sys/epoll.h>

namespace slipway::registry_client {

namespace {

using registry::Event;
using registry::EventKind;
using registry::Method;
using registry::Request;

constexpr std::size_t task_limit = 64;
constexpr std::chrono::milliseconds progress_interval{100};

[[noreturn]] void refuse(const std::string& reason)
{
    throw Failure{ErrorCode::invalid_argument, "the request to slipway-registry: " + reason};
}

void wait_for_room(int socket)
{
    pollfd room{socket, POLLOUT, 0};
    while (::poll(&room, 1, -1) < 0 && errno == EINTR) {
    }
}

Failure failure_of_current()
{
    try {
        throw;
    } catch (const Failure& failure) {
        return failure;
    } catch (const std::exception& failure) {
        return Failure{ErrorCode::internal, std::string{"slipway-registry: "} + failure.what()};
    }
}

Fd take(std::vector<Fd>& descriptors, const char* what)
{
    if (descriptors.empty())
        refuse(std::string{"without "} + what);
    Fd first = std::move(descriptors.front());
    descriptors.erase(descriptors.begin());
    return first;
}

} // namespace

Service::Service(async::EventLoop& loop, Fd conversation)
    : loop_{&loop}, conversation_{std::move(conversation)}
{
    sd_event_source* source = nullptr;
    check_negative(
        sd_event_add_io(loop.bare(), &source, conversation_.number(), EPOLLIN, &Service::heard, this),
        "watch the conversation");
    heard_ = async::Source{source};
}

int Service::heard(sd_event_source*, int, std::uint32_t, void* self)
{
    auto* const service = static_cast<Service*>(self);
    try {
        service->listen();
    } catch (const std::exception& failure) {
        // Who cannot be understood cannot be answered.
        std::fprintf(stderr, "slipway-registry: %s\n", failure.what());
        service->loop_->leave(1);
    }
    return 0;
}

void Service::listen()
{
    std::optional<Packet> packet = receive_packet(conversation_.number());
    if (!packet) {
        loop_->leave(0);
        return;
    }
    std::erase_if(tasks_, [](const auto& entry) { return entry.second.is_done(); });
    Request request = registry::parse_request(packet->text);
    if (request.method == Method::cancel) {
        cancel(request.number);
        return;
    }
    if (tasks_.contains(request.number))
        refuse("the number " + std::to_string(request.number) + " is taken");
    begin(std::move(request), std::move(packet->descriptors));
}

void Service::begin(Request request, std::vector<Fd> descriptors)
{
    if (tasks_.size() >= task_limit) {
        Event event;
        event.number = request.number;
        event.kind = EventKind::failed;
        event.failure =
            Failure{ErrorCode::unavailable, "more than " + std::to_string(task_limit) + " requests at once"};
        tell(event);
        return;
    }
    const std::uint64_t number = request.number;
    async::Task<> task = run(std::move(request), std::move(descriptors));
    tasks_.emplace(number, std::move(task)).first->second.start();
}

void Service::cancel(std::uint64_t number)
{
    const auto task = tasks_.find(number);
    if (task == tasks_.end())
        return;
    tasks_.erase(task);
    Event event;
    event.number = number;
    event.kind = EventKind::failed;
    event.failure = Failure{ErrorCode::cancelled, "cancelled"};
    tell(event);
}

void Service::tell(const Event& event, const Fd& file)
{
    wait_for_room(conversation_.number());
    std::vector<int> descriptors;
    if (file)
        descriptors.push_back(file.number());
    if (try_send_packet(conversation_.number(), registry::to_json(event), descriptors) == Delivery::peer_gone)
        loop_->leave(0);
}

Progress Service::progress_of(std::uint64_t number)
{
    auto told_at = std::chrono::steady_clock::time_point{};
    return [this, number, told_at](std::uint64_t bytes) mutable {
        const auto now = std::chrono::steady_clock::now();
        pollfd room{conversation_.number(), POLLOUT, 0};
        if (now - told_at < progress_interval || ::poll(&room, 1, 0) != 1)
            return;
        told_at = now;
        Event event;
        event.number = number;
        event.kind = EventKind::progress;
        event.bytes = bytes;
        tell(event);
    };
}

Origins& Service::origins() const
{
    if (!origins_)
        refuse("nothing is open");
    return *origins_;
}

void Service::open(const std::vector<Fd>& descriptors)
{
    if (origins_ || descriptors.size() != 1)
        refuse("\"open\" comes once, with a memory file");
    target_ =
        registry::parse_target(read_all(descriptors[0].number(), "target", oci::manifest_limit)).value();
    http_ = std::make_unique<Http>(*loop_, target_.proxies, target_.patience);
    origins_ = std::make_unique<Origins>(*http_, target_);
}

async::Task<Event> Service::manifest(Request request)
{
    const Document document = co_await get_manifest(origins(), request.reference);
    Event event;
    event.number = request.number;
    event.media_type = document.media_type;
    event.digest = document.digest;
    event.host = document.host;
    event.bytes = document.bytes.size();
    tell(event, make_memory_file("manifest", document.bytes));
    co_return event;
}

async::Task<Event> Service::blob(Request request, std::vector<Fd> descriptors)
{
    if (!request.digest || !request.size)
        refuse("a blob without digest or size");
    Fd file;
    Fd pipe;
    if (request.has_file)
        file = take(descriptors, "the file");
    if (request.has_pipe)
        pipe = take(descriptors, "the pipe");
    Content content{*loop_, *request.size, std::move(file), std::move(pipe)};
    BlobName name{*request.digest, *request.size};
    Progress progress = progress_of(request.number);
    co_await get_blob(origins(), std::move(name), content, std::move(progress));
    Event event;
    event.digest = request.digest;
    event.bytes = content.received();
    co_return event;
}

async::Task<Event> Service::push(Request request, std::vector<Fd> descriptors)
{
    Parcel parcel;
    parcel.content = take(descriptors, "what is to be sent");
    parcel.digest = request.digest;
    parcel.size = request.size;
    parcel.mount_from = request.mount_from;
    Progress progress = progress_of(request.number);
    const Receipt receipt = co_await push_blob(origins(), std::move(parcel), std::move(progress));
    Event event;
    event.arrival = receipt.arrival;
    event.digest = receipt.digest;
    event.bytes = receipt.size;
    co_return event;
}

async::Task<Event> Service::find(Request request)
{
    if (!request.digest)
        refuse("which blob?");
    const std::optional<registry::Arrival> found =
        co_await find_blob(origins(), *request.digest, request.mount_from);
    Event event;
    if (found)
        event.arrival = *found;
    co_return event;
}

async::Task<Event> Service::put(Request request, std::vector<Fd> descriptors)
{
    const Fd file = take(descriptors, "the manifest");
    std::string bytes = read_all(file.number(), "manifest", oci::manifest_limit + 1);
    Event event;
    event.digest = co_await put_manifest(origins(), request.reference, request.media_type, std::move(bytes));
    co_return event;
}

async::Task<std::string> Service::list(Request request)
{
    if (request.method == Method::tags)
        co_return co_await list_tags(origins());
    if (request.method == Method::search)
        co_return co_await search(origins(), request.term, request.limit);
    if (!request.digest)
        refuse("referrers of nothing");
    co_return co_await list_referrers(origins(), *request.digest, request.artifact_type);
}

// The last event, unless it has gone already with a file beside it.
async::Task<Event> Service::serve(Request request, std::vector<Fd> descriptors)
{
    Event event;
    switch (request.method) {
    case Method::open:
        open(descriptors);
        break;
    case Method::manifest:
        event = co_await manifest(request);
        break;
    case Method::blob:
        event = co_await blob(request, std::move(descriptors));
        break;
    case Method::push_blob:
        event = co_await push(request, std::move(descriptors));
        break;
    case Method::find_blob:
        event = co_await find(request);
        break;
    case Method::put_manifest:
        event = co_await put(request, std::move(descriptors));
        break;
    case Method::ping:
        event.identity_token = co_await origins().registry().log_in();
        break;
    case Method::cancel:
        break;
    default: {
        const std::string text = co_await list(request);
        event.number = request.number;
        event.bytes = text.size();
        tell(event, make_memory_file("list", text));
    }
    }
    co_return event;
}

async::Task<> Service::run(Request request, std::vector<Fd> descriptors)
{
    const std::uint64_t number = request.number;
    const bool has_told = request.method == Method::manifest || request.method == Method::tags ||
                          request.method == Method::referrers || request.method == Method::search;
    Event event;
    try {
        event = co_await serve(std::move(request), std::move(descriptors));
        if (has_told)
            co_return;
    } catch (...) {
        event = Event{};
        event.kind = EventKind::failed;
        event.failure = failure_of_current();
    }
    event.number = number;
    tell(event);
}

} // namespace slipway::registry_client
