// SPDX-License-Identifier: LGPL-2.1-or-later
// Context: the engine on demand, and series of names.
#include "slipway/context.hpp"

#include "slipway/exit_status.hpp"

namespace slipway::cli {

client::Engine& Context::engine()
{
    if (!engine_)
        engine_.emplace(loop_, client::connector_by(client::route_from_environment(), global_.reach),
                        global_.interaction);
    return *engine_;
}

int Context::for_each(const std::vector<std::string>& names,
                      const std::function<void(const std::string&)>& deed)
{
    int status = 0;
    for (const std::string& name : names) {
        try {
            deed(name);
        } catch (const Failure& failure) {
            complain(failure, global_.detail, global_.reach);
            if (status == 0)
                status = exit_status(failure.code(), Manner::plain);
            if (failure.code() == ErrorCode::unavailable)
                break;
        }
    }
    return status;
}

} // namespace slipway::cli
