// SPDX-License-Identifier: LGPL-2.1-or-later
// Refusal: errors of the bus itself (org.freedesktop.DBus) and of those who were called.
#include "placement/refusal.hpp"

namespace slipway::placement {

// The first where nothing can be started for it, the second where nothing is to be.
bool Refusal::is_absence() const
{
    return name == "org.freedesktop.DBus.Error.ServiceUnknown" ||
           name == "org.freedesktop.DBus.Error.NameHasNoOwner";
}

async::Task<std::optional<Refusal>> try_call(const bus::Connection& system, bus::Message call)
{
    std::optional<Refusal> refusal;
    try {
        const bus::Message reply = co_await system.call(std::move(call));
    } catch (const bus::RemoteFailure& refused) {
        refusal.emplace(Refusal{refused.name(), refused.message()});
    }
    co_return refusal;
}

} // namespace slipway::placement
