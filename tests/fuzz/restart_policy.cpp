// SPDX-License-Identifier: LGPL-2.1-or-later
// Restart policies as people write them: refused, or the same when they are written and read again.
#include "engine/container/restart_policy.hpp"

#include "base/failure.hpp"
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    try {
        const engine::RestartPolicy policy = engine::parse_restart_policy(fuzz::text_of(data, size));
        fuzz::require(engine::parse_restart_policy(engine::text_of(policy)) == policy);
    } catch (const Failure& failure) {
        fuzz::require(failure.code() == ErrorCode::invalid_argument);
    }
    return 0;
}
