// SPDX-License-Identifier: LGPL-2.1-or-later
// Pulling: credentials, call, board.
#include "slipway/registry_pull.hpp"

#include "base/file.hpp"
#include "client/manager.hpp"
#include "registry/configuration.hpp"
#include "slipway/parts_board.hpp"
#include "slipway/watched_job.hpp"

#include <unistd.h>

namespace slipway::cli {

namespace {

constexpr std::size_t auth_file_limit = 1U << 20U;

// The user's, which the engine may not open.
std::vector<Fd> read_auth_files()
{
    std::vector<std::string> environment;
    for (char** variable = environ; *variable != nullptr; ++variable)
        environment.emplace_back(*variable);
    std::vector<Fd> files;
    for (const std::filesystem::path& path : registry::auth_files(environment)) {
        const std::optional<std::string> text = find_file(path, auth_file_limit);
        if (!text)
            continue;
        // Here its name is known.
        static_cast<void>(oci::parse_auth_file(*text, path.native()).value());
        files.push_back(make_memory_file("credentials", *text));
    }
    return files;
}

} // namespace

Pulled pull_image(Context& context, const PullWish& wish)
{
    const std::vector<Fd> auths = read_auth_files();
    std::vector<int> numbers;
    for (const Fd& auth : auths)
        numbers.push_back(auth.number());
    client::Manager manager{context.engine()};
    PartsBoard board;
    std::string phase;
    WatchedJob job{context, [&](const client::Progress& progress) {
                       phase = progress.phase;
                       if (!wish.is_quiet)
                           board.show(progress);
                   }};
    job.start([&] { return manager.pull_image(wish.reference, wish.platform, numbers); });
    Pulled pulled;
    pulled.path = job.wait();
    pulled.was_here = phase == "up to date";
    return pulled;
}

} // namespace slipway::cli
