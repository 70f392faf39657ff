// SPDX-License-Identifier: LGPL-2.1-or-later
// Service: the conversation with the engine: requests become tasks, their ends become events.
#pragma once

#include "async/event_loop.hpp"
#include "async/task.hpp"
#include "base/fd.hpp"
#include "registry-client/blobs.hpp"
#include "registry-client/origins.hpp"
#include "registry/messages.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace slipway::registry_client {

class Service {
  public:
    // CONVERSATION: a packet socket; the loop is left when its other end is closed.
    Service(async::EventLoop& loop, Fd conversation);
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;
    Service(Service&&) = delete;
    Service& operator=(Service&&) = delete;
    ~Service() = default;

  private:
    static int heard(sd_event_source*, int, std::uint32_t, void* self);
    void listen();
    void begin(registry::Request request, std::vector<Fd> descriptors);
    void cancel(std::uint64_t number);
    async::Task<> run(registry::Request request, std::vector<Fd> descriptors);
    async::Task<registry::Event> serve(registry::Request request, std::vector<Fd> descriptors);
    void open(const std::vector<Fd>& descriptors);
    async::Task<registry::Event> manifest(registry::Request request);
    async::Task<registry::Event> blob(registry::Request request, std::vector<Fd> descriptors);
    async::Task<registry::Event> find(registry::Request request);
    async::Task<registry::Event> push(registry::Request request, std::vector<Fd> descriptors);
    async::Task<registry::Event> put(registry::Request request, std::vector<Fd> descriptors);
    async::Task<std::string> list(registry::Request request);
    Origins& origins() const;
    Progress progress_of(std::uint64_t number);
    void tell(const registry::Event& event, const Fd& file = {});

    async::EventLoop* loop_;
    Fd conversation_;
    async::Source heard_;
    registry::Target target_;
    std::unique_ptr<Http> http_;
    std::unique_ptr<Origins> origins_;
    // Those that have ended go when the next request comes: none can end itself.
    std::map<std::uint64_t, async::Task<>> tasks_;
};

} // namespace slipway::registry_client
