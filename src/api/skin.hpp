// SPDX-License-Identifier: LGPL-2.1-or-later
// Skin: the engine's objects on every connection, and its changes as signals.
#pragma once

#include "api/container.hpp"
#include "api/group.hpp"
#include "api/image.hpp"
#include "api/job.hpp"
#include "api/manager.hpp"
#include "api/network.hpp"
#include "api/volume.hpp"
#include "api/wire.hpp"
#include "async/event_loop.hpp"
#include "bus/connection.hpp"
#include "engine/observer.hpp"

#include <list>
#include <set>
#include <string>
#include <vector>

namespace slipway::api {

// Hears the engine and tells every connection. Made before the engine, which it serves once bound. How far a
// job is, and what a group has, is told once for all changes of 20 ms, and before the job's end.
class Announcer : public engine::Observer {
  public:
    explicit Announcer(async::EventLoop& loop);
    void add(sd_bus* bus) { buses_.push_back(bus); }
    void remove(sd_bus* bus) { buses_.remove(bus); }
    // Where jobs are looked up for their last signal.
    void bind(const engine::Jobs& jobs) { jobs_ = &jobs; }

    void container_added(const std::string& name) override;
    void container_changed(const std::string& name) override;
    void container_removed(const std::string& name) override;
    void image_added(const std::string& id) override;
    void image_changed(const std::string& id) override;
    void image_removed(const std::string& id) override;
    void volume_added(const std::string& name) override;
    void volume_removed(const std::string& name) override;
    void network_added(const std::string& name) override;
    void network_removed(const std::string& name) override;
    void group_added(const std::string& name) override;
    void group_changed(const std::string& name) override;
    void group_removed(const std::string& name) override;
    void wire_added(const std::string& id) override;
    void wire_removed(const std::string& id) override;
    void job_added(unsigned number) override;
    void job_changed(unsigned number) override;
    void job_finished(unsigned number) override;
    void job_removed(unsigned number) override;

  private:
    static int gathered(sd_event_source*, std::uint64_t usec, void* userdata);
    void tell_changes();
    void tell_later();
    void tell_changes_of(const std::string& group);
    void tell_progress_of(unsigned job);

    std::list<sd_bus*> buses_;
    const engine::Jobs* jobs_ = nullptr;
    std::set<std::string> changed_groups_;
    std::set<unsigned> changed_jobs_;
    async::Source next_round_;
};

class Skin {
  public:
    explicit Skin(Context& context)
        : manager_{context}, container_{context}, image_{context}, volume_{context}, network_{context},
          group_{context}, wire_{context}, job_{context}, context_{&context}
    {
    }

    // Puts all objects on BUS, which ends before this. Throws Failure.
    void serve_on(sd_bus* bus);
    // Method calls that have come so far, to see that nobody calls.
    std::uint64_t calls() const noexcept { return calls_; }

  private:
    static int count_call(sd_bus_message* message, void* userdata, sd_bus_error*);
    static int list_objects(sd_bus*, const char* prefix, void* userdata, char*** nodes, sd_bus_error*);
    std::vector<std::string> paths() const;

    ManagerInterface manager_;
    ContainerInterface container_;
    ImageInterface image_;
    VolumeInterface volume_;
    NetworkInterface network_;
    GroupInterface group_;
    WireInterface wire_;
    JobInterface job_;
    Context* context_;
    std::uint64_t calls_ = 0;
};

} // namespace slipway::api
