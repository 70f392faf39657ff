// SPDX-License-Identifier: LGPL-2.1-or-later
// pull: an image from a registry.
#include "base/file.hpp"
#include "client/manager.hpp"
#include "registry/configuration.hpp"
#include "slipway/container_text.hpp"
#include "slipway/output.hpp"
#include "slipway/parts_board.hpp"
#include "slipway/verbs.hpp"
#include "slipway/watched_job.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace slipway::cli {

namespace {

// The user's, which the engine may not open.
std::vector<Fd> open_auth_files()
{
    std::vector<std::string> environment;
    for (char** variable = environ; *variable != nullptr; ++variable)
        environment.emplace_back(*variable);
    std::vector<Fd> files;
    for (const std::filesystem::path& path : registry::auth_files(environment)) {
        Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
        if (file)
            files.push_back(std::move(file));
        else if (errno != ENOENT && errno != ENOTDIR)
            throw errno_failure(errno, "open", path.native());
    }
    return files;
}

} // namespace

int pull(Context& context, const Arguments& arguments)
{
    std::string reference;
    std::optional<std::string> platform;
    bool is_quiet = false;
    Options options{"pull [--platform PLATFORM] [-q] REFERENCE",
                    "Gets an image from a registry, as far as it is not here, and prints its ID."};
    options.text("--platform", platform, "PLATFORM",
                 "The image for this one, such as linux/arm64; default: the host's");
    options.flag("-q,--quiet", is_quiet, "No progress");
    options.operand("REFERENCE", reference,
                    "The image's name, such as debian:bookworm or host:5000/team/app:1");
    options.parse(arguments);

    const std::vector<Fd> auths = open_auth_files();
    client::Manager manager{context.engine()};
    PartsBoard board;
    WatchedJob job{context, [&board, is_quiet](const client::Progress& progress) {
                       if (!is_quiet)
                           board.show(progress);
                   }};
    const std::string path = job.run([&] { return manager.pull_image(reference, platform, auths); });
    print_line("sha256:" + image_id(path));
    return 0;
}

} // namespace slipway::cli
