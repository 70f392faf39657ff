// SPDX-License-Identifier: LGPL-2.1-or-later
// A job of a group's: a line for each member.
#include "slipway/group_verbs.hpp"

#include "slipway/output.hpp"
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

int for_each_group(Context& context, const Arguments& arguments, const std::string& syntax,
                   const std::string& purpose,
                   const std::function<async::Task<std::string>(client::Group&)>& begin)
{
    std::vector<std::string> names;
    Options options{syntax, purpose};
    options.operands("NAME", names, "Groups");
    options.parse(arguments);

    return context.for_each(names, [&context, &begin](const std::string& name) {
        run_group_job(context, name, begin);
        print_line(name);
    });
}

} // namespace slipway::cli
