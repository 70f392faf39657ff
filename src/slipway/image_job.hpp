// SPDX-License-Identifier: LGPL-2.1-or-later
// Jobs that write or read archives of images: watched, shown on a terminal, Ctrl-C heard.
#pragma once

#include "base/fd.hpp"
#include "client/job.hpp"
#include "slipway/context.hpp"
#include "slipway/registry_job.hpp"

#include <functional>
#include <string>

namespace slipway::cli {

// BEGIN hands ARCHIVE over and returns the job's path. The job at its end. Throws Failure.
client::JobInfo run_image_job(Context& context, Shown shown, Fd archive,
                              const std::function<async::Task<std::string>(int archive)>& begin);

// "Loaded image: debian:bookworm", one line for each name, or for an image without one its ID.
void print_loaded(const client::JobInfo& job);

} // namespace slipway::cli
