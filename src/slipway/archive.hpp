// SPDX-License-Identifier: LGPL-2.1-or-later
// Archives that the engine reads: a file's descriptor, and the job that it is handed to.
#pragma once

#include "base/fd.hpp"
#include "slipway/context.hpp"

#include <functional>
#include <string>

namespace slipway::cli {

// FILE for reading, or standard input for "-". EXAMPLE is shown where that is a terminal. Throws Failure.
Fd open_archive(const std::string& file, const std::string& example);

// BEGIN hands ARCHIVE over and returns the job's path; the job is watched, and shown on a terminal. The path
// of what it made.
std::string run_archive_job(Context& context, Fd archive,
                            const std::function<async::Task<std::string>(int archive)>& begin);

} // namespace slipway::cli
