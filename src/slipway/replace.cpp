// SPDX-License-Identifier: LGPL-2.1-or-later
// replace: found by the whole name, and removed.
#include "slipway/replace.hpp"

#include "client/manager.hpp"

namespace slipway::cli {

void remove_if_there(Context& context, const std::string& name)
{
    try {
        client::Manager manager{context.engine()};
        client::Container found{context.engine(), context.await(manager.find_container(name))};
        if (context.await(found.read()).name == name) // and not the beginning of an ID
            context.await(found.remove(client::Removal::forced));
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::no_such_container)
            throw;
    }
}

} // namespace slipway::cli
