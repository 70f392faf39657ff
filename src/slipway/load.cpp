// SPDX-License-Identifier: LGPL-2.1-or-later
// load: the images of an archive or a directory.
#include "client/manager.hpp"
#include "slipway/archive.hpp"
#include "slipway/image_job.hpp"
#include "slipway/tool.hpp"
#include "slipway/verbs.hpp"

#include <filesystem>

namespace slipway::cli {

int load(Context& context, const Arguments& arguments)
{
    std::string input = "-";
    std::optional<std::string> platform;
    bool is_quiet = false;
    Options options{
        "load [-i FILE|DIRECTORY] [--platform PLATFORM] [-q]",
        "Takes the images of an archive, from standard input if no file is named, and prints their "
        "names."};
    options.text("-i,--input", input, "FILE",
                 "Read this: docker's archive, OCI's, either compressed, or a directory");
    options.text("--platform", platform, "PLATFORM",
                 "Of an image for several the one for this, such as linux/arm64; default: the host's");
    options.flag("-q,--quiet", is_quiet, "No progress");
    options.parse(arguments);

    const Shown shown = is_quiet ? Shown::nothing : Shown::progress;
    client::Manager manager{context.engine()};
    const auto begin = [&](int descriptor) { return manager.load_images(descriptor, platform); };
    std::error_code error;
    if (!std::filesystem::is_directory(input, error)) {
        Fd archive = open_archive(input, "slipway load -i images.tar");
        print_loaded(run_image_job(context, shown, std::move(archive), begin));
        return 0;
    }
    const std::optional<std::string> tar = find_program("tar");
    if (!tar)
        throw Failure{ErrorCode::not_supported,
                      "a directory is read by tar, which is not installed: install it"};
    FdPair pipe = make_pipe();
    Tool packing{*tar, {"-c", "-f", "-", "-C", input, "."}, -1, pipe.second.number()};
    pipe.second.reset();
    print_loaded(run_image_job(context, shown, std::move(pipe.first), begin));
    return 0;
}

} // namespace slipway::cli
