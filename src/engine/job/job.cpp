// SPDX-License-Identifier: LGPL-2.1-or-later
// Jobs: started, followed, forgotten.
#include "engine/job/job.hpp"

#include <algorithm>
#include <utility>

namespace slipway::engine {

namespace {

// Long enough for a client that asks after the job has ended.
constexpr std::chrono::seconds kept_for{30};

} // namespace

JobRef Jobs::start(std::string kind, Deed deed)
{
    auto job = std::make_shared<Job>();
    job->number = ++last_;
    job->kind = std::move(kind);
    jobs_.emplace(job->number, job);
    observer_->job_added(job->number);
    tasks_->spawn(run(job, std::move(deed)));
    return job;
}

JobRef Jobs::find(unsigned number) const
{
    const auto found = jobs_.find(number);
    return found == jobs_.end() ? nullptr : found->second;
}

JobRef Jobs::at(unsigned number) const
{
    JobRef job = find(number);
    if (!job)
        throw Failure{ErrorCode::no_such_job,
                      "no job " + std::to_string(number) + " (it may have ended long ago)"};
    return job;
}

void Jobs::cancel(const JobRef& job)
{
    // Called from here, not from the job: it takes it away itself.
    if (job->state == JobState::running && job->on_cancel)
        std::exchange(job->on_cancel, nullptr)();
}

void Jobs::progress(const JobRef& job, std::uint64_t done, std::uint64_t total, std::string phase)
{
    job->done = done;
    job->total = total;
    job->phase = std::move(phase);
    observer_->job_changed(job->number);
}

void Jobs::progress(const JobRef& job, const std::string& name, std::uint64_t done, std::uint64_t total,
                    std::string phase)
{
    auto part = std::find_if(job->parts.begin(), job->parts.end(),
                             [&name](const JobPart& known) { return known.name == name; });
    if (part == job->parts.end())
        part = job->parts.insert(part, JobPart{name, {}, 0, 0});
    *part = {name, std::move(phase), done, total};
    job->done = 0;
    job->total = 0;
    for (const JobPart& each : job->parts) {
        job->done += each.done;
        job->total += each.total;
    }
    observer_->job_changed(job->number);
}

async::Task<> Jobs::run(JobRef job, Deed deed)
{
    try {
        async::Task<std::string> work = deed(job);
        job->result = co_await work;
        job->state = JobState::done;
    } catch (const Failure& failure) {
        job->failure = failure;
        job->state = failure.code() == ErrorCode::cancelled ? JobState::cancelled : JobState::failed;
    } catch (const std::exception& defect) {
        job->failure = Failure{ErrorCode::internal, defect.what()};
        job->state = JobState::failed;
    }
    job->on_cancel = nullptr;
    observer_->job_finished(job->number);
    co_await async::sleep_for(*loop_, kept_for);
    jobs_.erase(job->number);
    observer_->job_removed(job->number);
}

} // namespace slipway::engine
