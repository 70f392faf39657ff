// SPDX-License-Identifier: LGPL-2.1-or-later
// Registry jobs: credentials, call, board.
#include "slipway/registry_job.hpp"

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

EndOfJob run_registry_job(Context& context, Shown shown,
                          const std::function<async::Task<std::string>(std::vector<int> auths)>& begin)
{
    const std::vector<Fd> auths = read_auth_files();
    std::vector<int> numbers;
    numbers.reserve(auths.size());
    for (const Fd& auth : auths)
        numbers.push_back(auth.number());
    PartsBoard board;
    EndOfJob end;
    WatchedJob job{context, [&](const client::Progress& progress) {
                       end.phase = progress.phase;
                       if (shown == Shown::progress)
                           board.show(progress);
                   }};
    job.start([&] { return begin(numbers); });
    end.path = job.wait();
    return end;
}

Pulled pull_image(Context& context, const PullWish& wish)
{
    client::Manager manager{context.engine()};
    const EndOfJob end = run_registry_job(
        context, wish.is_quiet ? Shown::nothing : Shown::progress, [&](std::vector<int> auths) {
            return manager.pull_image(wish.reference, wish.platform, std::move(auths));
        });
    return {end.path, end.phase == "up to date"};
}

} // namespace slipway::cli
