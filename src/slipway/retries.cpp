// SPDX-License-Identifier: LGPL-2.1-or-later
// Retries: after a pause.
#include "slipway/retries.hpp"

#include "base/time_span.hpp"
#include "slipway/human.hpp"
#include "slipway/report.hpp"

#include <thread>

namespace slipway::cli {

namespace {

// What may be otherwise in a moment.
bool may_pass(ErrorCode code)
{
    return code == ErrorCode::registry_unreachable || code == ErrorCode::registry_failed ||
           code == ErrorCode::timed_out;
}

} // namespace

std::chrono::microseconds Retries::pause() const
{
    if (!delay)
        return std::chrono::seconds{1};
    Result<Microseconds> span = parse_time_span(*delay);
    if (!span)
        throw UsageError{"--retry-delay: " + span.failure().message()};
    return span.value();
}

void add_retry_options(Options& options, Retries& retries)
{
    options.count("--retry", retries.count, "N",
                  "Try to get it so many times more where the registry does not answer, or badly");
    options.text("--retry-delay", retries.delay, "TIME", "The pause before that; 1s otherwise");
}

void with_retries(const Retries& retries, const std::function<void()>& deed)
{
    const std::chrono::microseconds pause = retries.pause();
    for (std::size_t left = retries.count.value_or(0);; --left) {
        try {
            deed();
            return;
        } catch (const Failure& failure) {
            if (left == 0 || !may_pass(failure.code()))
                throw;
            complain(visible(failure.message()) + "; it is tried again\n");
        }
        std::this_thread::sleep_for(pause);
    }
}

} // namespace slipway::cli
