// SPDX-License-Identifier: LGPL-2.1-or-later
// build: an image from a Dockerfile, built by buildah or BuildKit and taken as `load` takes it.
#include "slipway/build_image.hpp"
#include "slipway/container_text.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int build(Context& context, const Arguments& arguments)
{
    BuildWish wish;
    std::vector<std::string> tags;
    Options options{
        "build [-t NAME]... [-f FILE] [OPTIONS] DIRECTORY",
        "Builds an image from a Dockerfile with buildah or BuildKit's buildctl, whichever is installed, "
        "and prints its ID."};
    options.list("-t,--tag", tags, "NAME", "Call the image so");
    options.text("-f,--file", wish.file, "FILE", "The Dockerfile, if it is not the directory's own");
    options.list("--build-arg", wish.arguments, "NAME=VALUE", "Set a variable of the Dockerfile's ARG");
    options.text("--target", wish.target, "STAGE", "Build this stage and no later one");
    options.flag("--no-cache", wish.has_no_cache, "Build all steps anew");
    options.text("--platform", wish.platform, "PLATFORM", "Build for this one, such as linux/arm64");
    options.operand("DIRECTORY", wish.context, "What COPY and ADD take from");
    options.parse(arguments);

    print_line("sha256:" + image_id(build_image(context, std::move(wish), tags)));
    return 0;
}

} // namespace slipway::cli
