// SPDX-License-Identifier: LGPL-2.1-or-later
// run: a new container from an image, started, and in the foreground until its payload has ended.
#include "slipway/run_container.hpp"
#include "slipway/verbs.hpp"
#include "slipway/with_image.hpp"

namespace slipway::cli {

int run(Context& context, const Arguments& arguments)
{
    const RunOptions options = read_run_options(arguments, Making::run);
    Timings timings{context.begun()};
    timings.note("read the command line");
    IdFile file{options.id_file};
    const int status =
        with_image(context, options, [&] { return run_container(context, options, timings, file); });
    if (options.shows_timings)
        complain(timings.text());
    return status;
}

} // namespace slipway::cli
