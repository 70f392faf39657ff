// SPDX-License-Identifier: LGPL-2.1-or-later
// JobWatch: hears how jobs go and end (dbus/org.slipway.Engine1.Job.xml), from before they are asked for.
#pragma once

#include "async/signal.hpp"
#include "client/engine.hpp"
#include "client/properties.hpp"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace slipway::client {

inline constexpr const char* job_interface = "org.slipway.Engine1.Job";

struct JobPart {
    std::string name;
    std::string phase;
    std::uint64_t done = 0;
    std::uint64_t total = 0;
};

struct Progress {
    std::uint64_t done = 0;
    // 0: not known.
    std::uint64_t total = 0;
    std::string phase;
    std::vector<JobPart> parts;
};

// What a check of the store found wrong.
struct Finding {
    std::string kind; // "damaged-layer"
    std::string place;
    std::string message;
    std::vector<std::string> images;
    std::string outcome; // of a repair
    bool is_settled = false;
};

struct JobInfo {
    std::string kind;
    // "running", "done", "failed" or "cancelled".
    std::string state;
    Progress progress;
    // The object it made; "/" until then.
    std::string result;
    // Where it made several: each with its name, which may be empty.
    std::vector<std::pair<std::string, std::string>> results;
    std::string error_name;
    std::string error_message;
    std::vector<Finding> findings;
};

JobInfo read_job(bus::Message& properties);
// Of one that has not ended long ago.
async::Task<JobInfo> fetch_job(Engine& engine, std::string path);

class JobWatch {
  public:
    using OnProgress = std::function<void(const Progress&)>;

    // Listens from now on: a job that ends before the reply that names it is not missed.
    JobWatch(Engine& engine, OnProgress on_progress);
    JobWatch(const JobWatch&) = delete;
    JobWatch& operator=(const JobWatch&) = delete;
    JobWatch(JobWatch&&) = delete;
    JobWatch& operator=(JobWatch&&) = delete;
    ~JobWatch() = default;

    // The path of what the job made. Throws what the job failed with, Failure{cancelled} for one that was
    // cancelled.
    async::Task<std::string> wait(std::string path);
    // Asks for its end; wait() then tells how it ended.
    async::Task<> cancel(std::string path);

  private:
    void finished(bus::Message signal);
    void changed(bus::Message signal);
    async::Task<> news();

    Engine* engine_;
    OnProgress on_progress_;
    std::string watched_; // the job waited for
    std::map<std::string, JobInfo> finished_;
    async::Signal came_;
    bus::Slot finished_slot_;
    bus::Slot changed_slot_;
};

} // namespace slipway::client
