// SPDX-License-Identifier: LGPL-2.1-or-later
// A job of a group's: a line for each member.
#include "slipway/group_verbs.hpp"

#include "slipway/parts_board.hpp"
#include "slipway/watched_job.hpp"

namespace slipway::cli {

void run_group_job(Context& context, const std::string& name,
                   const std::function<async::Task<std::string>(client::Group&)>& begin)
{
    client::Manager manager{context.engine()};
    client::Group group{context.engine(), context.await(manager.find_group(name))};
    PartsBoard board;
    WatchedJob job{context, [&board](const client::Progress& progress) { board.show(progress); }};
    job.start([&] { return begin(group); });
    job.wait();
    board.leave();
}

} // namespace slipway::cli
