// SPDX-License-Identifier: LGPL-2.1-or-later
// Registry jobs: call, board.
#include "slipway/registry_job.hpp"

#include "client/manager.hpp"
#include "slipway/parts_board.hpp"
#include "slipway/progress_line.hpp"
#include "slipway/wallet.hpp"
#include "slipway/watched_job.hpp"

namespace slipway::cli {

std::vector<int> numbers_of(const std::vector<Fd>& files)
{
    std::vector<int> numbers;
    numbers.reserve(files.size());
    for (const Fd& file : files)
        numbers.push_back(file.number());
    return numbers;
}

EndOfJob run_registry_job(Context& context, Shown shown, const std::vector<Fd>& auths,
                          const std::function<async::Task<std::string>(std::vector<int> auths)>& begin)
{
    const std::vector<int> numbers = numbers_of(auths);
    PartsBoard board;
    ProgressLine line;
    EndOfJob end;
    WatchedJob job{context, [&](const client::Progress& progress) {
                       end.phase = progress.phase;
                       if (shown == Shown::progress)
                           board.show(progress);
                       else if (shown == Shown::line)
                           line.show(progress);
                   }};
    job.start([&] { return begin(numbers); });
    end.job = job.path();
    end.path = job.wait();
    return end;
}

Pulled pull_image(Context& context, const PullWish& wish)
{
    client::Manager manager{context.engine()};
    const Wallet wallet{wish.auth_file};
    using Platforms = client::Manager::Platforms;
    const Platforms platforms = wish.is_for_all ? Platforms::all : Platforms::one;
    EndOfJob end;
    with_retries(wish.retries, [&] {
        end = run_registry_job(context, wish.is_quiet ? Shown::nothing : Shown::progress,
                               wallet.for_image(wish.reference), [&](std::vector<int> auths) {
                                   return manager.pull_image(wish.reference, wish.platform, platforms,
                                                             std::move(auths));
                               });
    });
    return {end.path, end.phase == "up to date"};
}

} // namespace slipway::cli
