// SPDX-License-Identifier: LGPL-2.1-or-later
// Unpacking: slipway-transfer fills a directory from an archive, as a process of its own.
#pragma once

#include "async/event_loop.hpp"
#include "async/task.hpp"
#include "base/digest.hpp"
#include "base/fd.hpp"
#include "engine/job/job.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>

namespace slipway::engine {

// What slipway-transfer found in the archive.
struct Unpacked {
    Digest diff_id;
    std::uint64_t size = 0; // bytes of the tar
};

// Where it goes. All outlive the task.
struct UnpackTarget {
    int directory;
    int recipe = -1; // an empty file for the layer's recipe
    int space = -1;  // the user namespace of a user's engine
};

// ARCHIVE, closed as soon as the process has it, goes to TARGET. Tells JOB how
// far it is, and ends where the job is cancelled. Throws what the archive is refused for, Failure{cancelled}.
async::Task<Unpacked> unpack(async::EventLoop& loop, Jobs& jobs, JobRef job, std::filesystem::path programs,
                             std::shared_ptr<Fd> archive, UnpackTarget target);

} // namespace slipway::engine
