// SPDX-License-Identifier: LGPL-2.1-or-later
// Restart policies of compose files, as the engine reads them.
#include "engine/container/restart_policy.hpp"
#include "slipway/compose_restart_policy.hpp"

#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

using compose::RestartPolicy;
using std::chrono::seconds;
using When = RestartPolicy::When;

TEST(AComposeRestartPolicy, IsAWordWithWhatItHas)
{
    EXPECT_EQ(restart_text({.when = When::never}), std::nullopt);
    EXPECT_EQ(restart_text({.when = When::always}), "always");
    EXPECT_EQ(restart_text({.when = When::unless_stopped, .delay = seconds{2}}), "unless-stopped,delay=2s");
    EXPECT_EQ(restart_text({.when = When::on_failure}), "on-failure");
    EXPECT_EQ(restart_text({.when = When::on_failure, .attempts = 0}), "on-failure");
    EXPECT_EQ(restart_text({.when = When::on_failure,
                            .attempts = 3,
                            .delay = std::chrono::milliseconds{1500},
                            .window = seconds{60}}),
              "on-failure:3,delay=1s500ms,window=60s");
}

TEST(AComposeRestartPolicy, HasNoWindowWhereNothingIsCounted)
{
    EXPECT_EQ(restart_text({.when = When::always, .window = seconds{60}}), "always");
    EXPECT_EQ(restart_text({.when = When::on_failure, .window = seconds{60}}), "on-failure");
}

} // namespace
} // namespace slipway::cli
