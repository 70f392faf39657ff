// SPDX-License-Identifier: LGPL-2.1-or-later
// JobInterface: org.slipway.Engine1.Job, one object serving all jobs by their paths.
#pragma once

#include "api/context.hpp"
#include "bus/served.hpp"

namespace slipway::api {

class JobInterface : public bus::Served {
  public:
    explicit JobInterface(Context& context) : Served{context.tasks}, context_{&context} {}

    async::Task<bus::Message> cancel(bus::Call call);

    void kind(const std::string& path, bus::Message& reply);
    void state(const std::string& path, bus::Message& reply);
    void parts(const std::string& path, bus::Message& reply);
    void progress(const std::string& path, bus::Message& reply);
    void findings(const std::string& path, bus::Message& reply);
    void results(const std::string& path, bus::Message& reply);
    void result(const std::string& path, bus::Message& reply);
    void error(const std::string& path, bus::Message& reply);

    bool has(const std::string& path) const;
    static const sd_bus_vtable* vtable();

  private:
    engine::JobRef at(const std::string& path) const;

    Context* context_;
};

// The answer of what begins one: its path.
bus::Message job_reply(const bus::Call& call, const engine::Job& job);
// The path of what it made, "/" until then.
std::string result_path(const engine::Job& job);
void append_error(bus::Message& message, const engine::Job& job);

} // namespace slipway::api
