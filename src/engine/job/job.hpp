// SPDX-License-Identifier: LGPL-2.1-or-later
// Jobs: what takes its time, with its progress and its end; finished ones are kept for a while.
#pragma once

#include "async/task_scope.hpp"
#include "async/timer.hpp"
#include "base/failure.hpp"
#include "engine/care/finding.hpp"
#include "engine/observer.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace slipway::engine {

enum class JobState {
    running,
    done,
    failed,
    cancelled,
};

constexpr std::string_view job_state_name(JobState state)
{
    switch (state) {
    case JobState::running:
        return "running";
    case JobState::done:
        return "done";
    case JobState::failed:
        return "failed";
    case JobState::cancelled:
        return "cancelled";
    }
    return "unknown";
}

// One of the things that a job does side by side, such as a layer.
struct JobPart {
    std::string name; // a digest
    std::string phase;
    std::uint64_t done = 0;  // bytes
    std::uint64_t total = 0; // bytes, 0: not known
};

// One of several things that a job made.
struct JobResult {
    std::string id;
    std::string name; // that it has now; may be empty
};

struct Job {
    unsigned number = 0;
    std::string kind; // "import-image"
    JobState state = JobState::running;
    std::uint64_t done = 0;  // bytes
    std::uint64_t total = 0; // bytes, 0: not known
    std::string phase;
    std::vector<JobPart> parts;     // in the order of their coming
    std::string result;             // what it made: an image's ID
    std::vector<Finding> findings;  // of a check
    std::vector<JobResult> results; // where that may be several
    std::optional<Failure> failure;
    // Set by the deed while it can be cancelled (async/unless.hpp).
    std::function<void()> on_cancel;
};

using JobRef = std::shared_ptr<Job>;

class Jobs {
  public:
    // Does the work and returns what it made.
    using Deed = std::function<async::Task<std::string>(JobRef)>;

    Jobs(async::EventLoop& loop, async::TaskScope& tasks, Observer& observer)
        : loop_{&loop}, tasks_{&tasks}, observer_{&observer}
    {
    }

    JobRef start(std::string kind, Deed deed);
    // Throws Failure{no_such_job}.
    JobRef at(unsigned number) const;
    JobRef find(unsigned number) const;
    void cancel(const JobRef& job);
    void progress(const JobRef& job, std::uint64_t done, std::uint64_t total, std::string phase);
    // Of one part; the job's own numbers are the sums.
    void progress(const JobRef& job, const std::string& name, std::uint64_t done, std::uint64_t total,
                  std::string phase);
    const std::map<unsigned, JobRef>& all() const noexcept { return jobs_; }

  private:
    async::Task<> run(JobRef job, Deed deed);

    async::EventLoop* loop_;
    async::TaskScope* tasks_;
    Observer* observer_;
    unsigned last_ = 0;
    std::map<unsigned, JobRef> jobs_;
};

} // namespace slipway::engine
