// SPDX-License-Identifier: LGPL-2.1-or-later
// What the verbs of groups share: a job of a group's, watched.
#pragma once

#include "arguments/options.hpp"
#include "client/manager.hpp"
#include "slipway/context.hpp"

#include <functional>
#include <string>

namespace slipway::cli {

// BEGIN begins a job of the group NAME and returns its path; how its members come is shown. Throws what it
// failed with.
void run_group_job(Context& context, const std::string& name,
                   const std::function<async::Task<std::string>(client::Group&)>& begin);

// The same for each group that ARGUMENTS name, and its name printed: the whole of "group VERB NAME...".
int for_each_group(Context& context, const Arguments& arguments, const std::string& syntax,
                   const std::string& purpose,
                   const std::function<async::Task<std::string>(client::Group&)>& begin);

} // namespace slipway::cli
