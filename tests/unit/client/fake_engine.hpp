// SPDX-License-Identifier: LGPL-2.1-or-later
// FakeEngine: an engine of a few canned answers, in this process, on the other end of a socket pair.
#pragma once

#include "bus/served.hpp"
#include "client/engine.hpp"

#include <string>
#include <vector>

namespace slipway::testing {

class FakeEngine : public bus::Served {
  public:
    explicit FakeEngine(async::EventLoop& loop);

    // Makes links to this engine, one after the other.
    client::Connector connector();

    // How often a call came, whether it was answered or not.
    int stops = 0;
    int describes = 0;
    // Links that are dead before they are used.
    int dead_links = 0;
    // Calls of Stop and Describe whose connection ends in place of an answer.
    int broken_calls = 0;
    // How the job of an import ends; empty: it stays "running" until Cancel().
    std::string job_state = "done";
    std::string reference;
    std::vector<std::string> changes;
    std::string exec_user;
    bool may_interact = false;

    async::Task<bus::Message> run(bus::Call call);
    async::Task<bus::Message> find_container(bus::Call call);
    async::Task<bus::Message> import_image(bus::Call call);
    async::Task<bus::Message> stop(bus::Call call);
    async::Task<bus::Message> wait(bus::Call call);
    async::Task<bus::Message> describe(bus::Call call);
    async::Task<bus::Message> exec(bus::Call call);
    async::Task<bus::Message> cancel(bus::Call call);
    void manager_version(const std::string&, bus::Message& reply) { reply.append("s", "9.9"); }
    void manager_count(const std::string&, bus::Message& reply) { reply.append("u", 3U); }
    void text(const std::string&, bus::Message& reply) { reply.append("s", "running"); }
    void image_name(const std::string&, bus::Message& reply) { reply.append("s", "debian:bookworm"); }
    void image(const std::string&, bus::Message& reply)
    {
        reply.append("o", "/org/slipway/Engine1/image/_ab");
    }
    void command(const std::string&, bus::Message& reply) { reply.append_strings({"sleep", "100"}); }
    void labels(const std::string&, bus::Message& reply) { reply.append("a{ss}", 1, "tier", "front"); }
    void pid(const std::string&, bus::Message& reply) { reply.append("u", 42U); }
    void exit_status(const std::string&, bus::Message& reply) { reply.append("i", -1); }
    void created(const std::string&, bus::Message& reply)
    {
        reply.append("t", std::uint64_t{1'700'000'000'000'000});
    }
    void is_true(const std::string&, bus::Message& reply) { reply.append("b", 1); }
    void state_of_job(const std::string&, bus::Message& reply) { reply.append("s", job_state.c_str()); }

  private:
    void serve(const bus::Connection& connection);
    void finish_job(sd_bus* bus);
    bool breaks(const bus::Call& call);

    async::EventLoop* loop_;
    async::TaskScope scope_;
    std::vector<bus::Connection> connections_;
};

} // namespace slipway::testing
