// SPDX-License-Identifier: LGPL-2.1-or-later
// image import: an archive's descriptor goes to the engine; its job is watched to the end, or cancelled by
// Ctrl-C.
#include "client/manager.hpp"
#include "slipway/container_text.hpp"
#include "slipway/output.hpp"
#include "slipway/progress_line.hpp"
#include "slipway/terminal.hpp"
#include "slipway/verbs.hpp"
#include "slipway/watched_job.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace slipway::cli {

namespace {

Fd open_archive(const std::string& file)
{
    if (file != "-")
        return Fd{check(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY), "open", file)};
    if (is_terminal(STDIN_FILENO))
        throw Failure{ErrorCode::invalid_argument,
                      "standard input is a terminal; give an archive, as in "
                      "'mmdebstrap bookworm | slipway image import - debian:bookworm'"};
    return Fd{check(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), "use standard input")};
}

} // namespace

int image_import(Context& context, const Arguments& arguments)
{
    std::string file;
    std::string reference;
    std::vector<std::string> changes;
    Options options{
        "image import [-c INSTRUCTION]... FILE|- REFERENCE",
        "Makes an image of one layer from a tar archive of a root file system, plain or compressed, and "
        "prints its ID."};
    options.list("-c,--change", changes, "INSTRUCTION",
                 "Set the image's configuration, as in 'CMD [\"sh\"]'");
    options.operand("FILE", file, "The archive; - for standard input");
    options.operand("REFERENCE", reference, "The image's name, such as debian:bookworm");
    options.parse(arguments);

    Fd archive = open_archive(file);
    client::Manager manager{context.engine()};
    ProgressLine line;
    WatchedJob job{context, [&line](const client::Progress& progress) { line.show(progress); }};
    const std::string path =
        job.run([&] { return manager.import_image(archive.number(), reference, changes); });
    line.clear();
    print_line("sha256:" + image_id(path));
    return 0;
}

} // namespace slipway::cli
