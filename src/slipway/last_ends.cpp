// SPDX-License-Identifier: LGPL-2.1-or-later
// LastEnds: asked of the engine, which asks systemd.
#include "slipway/last_ends.hpp"

#include "slipway/log_reading.hpp"

#include <algorithm>

namespace slipway::cli {

LastEnds::LastEnds(Context& context, const std::vector<client::ContainerInfo>& containers)
{
    proxies_.reserve(containers.size());
    ends_.reserve(containers.size());
    for (const client::ContainerInfo& info : containers) {
        if (!info.may_go_on())
            continue;
        proxies_.emplace_back(context.engine(), info.path);
        ends_.push_back(proxies_.back().last_end());
        ends_.back().start();
    }
}

bool LastEnds::have_come() const
{
    return std::all_of(ends_.begin(), ends_.end(), [](const auto& end) { return end.is_done(); });
}

std::map<std::string, std::uint64_t> last_starts(Context& context,
                                                 const std::vector<client::ContainerInfo>& containers)
{
    std::map<std::string, std::uint64_t> starts;
    for (const client::ContainerInfo& before : containers) {
        client::ContainerInfo info = before;
        try {
            client::Container container{context.engine(), info.path};
            info = context.await(container.read());
        } catch (const Failure&) { // NOLINT(bugprone-empty-catch)
            // Removed meanwhile: what was known of it has to do.
        }
        if (info.is_alive() ||
            (info.state == "exited" && now() - from_usec(info.finished_usec) < LogReading::patience))
            starts[info.id] = info.started_usec;
    }
    return starts;
}

} // namespace slipway::cli
