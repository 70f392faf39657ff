// SPDX-License-Identifier: LGPL-2.1-or-later
// Jobs of archives: a line while there is one thing to do, a board while there are many.
#include "slipway/image_job.hpp"

#include "slipway/container_text.hpp"
#include "slipway/human.hpp"
#include "slipway/output.hpp"
#include "slipway/parts_board.hpp"
#include "slipway/progress_line.hpp"
#include "slipway/terminal.hpp"
#include "slipway/watched_job.hpp"

#include <unistd.h>

namespace slipway::cli {

client::JobInfo run_image_job(Context& context, Shown shown, Fd archive,
                              const std::function<async::Task<std::string>(int archive)>& begin)
{
    const bool is_shown = shown == Shown::progress && is_terminal(STDERR_FILENO);
    ProgressLine line;
    PartsBoard board;
    WatchedJob job{context, [&](const client::Progress& progress) {
                       if (!is_shown)
                           return;
                       if (progress.parts.empty()) {
                           line.show(progress);
                           return;
                       }
                       line.clear();
                       board.show(progress);
                   }};
    job.start([&] { return begin(archive.number()); });
    // The other end of a pipe is to see it closed when the engine gives up.
    archive.reset();
    job.wait();
    line.clear();
    return context.await(client::fetch_job(context.engine(), job.path()));
}

void print_loaded(const client::JobInfo& job)
{
    std::string lines;
    for (const auto& [path, name] : job.results)
        lines += "Loaded image: " + (name.empty() ? "sha256:" + image_id(path) : visible(name)) + "\n";
    print(lines);
}

} // namespace slipway::cli
