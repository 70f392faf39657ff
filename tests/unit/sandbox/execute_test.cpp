// SPDX-License-Identifier: LGPL-2.1-or-later
// Programs looked for as execvp(3) does, and what is said where there is none.
#include "base/file.hpp"
#include "base/json.hpp"
#include "sandbox/execute.hpp"
#include "sandbox/hooks.hpp"
#include "support/failure_of.hpp"
#include "support/print_json.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace slipway::sandbox {
namespace {

using Words = std::vector<std::string>;

TEST(AProgram, IsFoundInThePath)
{
    EXPECT_NO_THROW(require_program("sh", {"PATH=/nowhere:/bin"}));
    EXPECT_NO_THROW(require_program("/bin/sh", {}));
    EXPECT_NO_THROW(require_program("sh", {}));
}

TEST(AProgram, ThatIsNowhereIsNotFound)
{
    EXPECT_FAILURE(require_program("no-such-program", {"PATH=/bin"}), ErrorCode::command_not_found,
                   "executable file not found in $PATH");
    EXPECT_FAILURE(require_program("/no/such", {}), ErrorCode::command_not_found,
                   "No such file or directory");
    EXPECT_FAILURE(require_program("", {}), ErrorCode::command_not_found, "");
}

TEST(AProgram, ThatMayNotBeExecutedIsNot)
{
    const slipway::testing::TemporaryDirectory place;
    replace_file(place.path() / "data", "x", Durability::page_cache, 0644);
    EXPECT_FAILURE(require_program(place.path() / "data", {}), ErrorCode::command_not_executable,
                   "Permission denied");
    EXPECT_FAILURE(require_program("data", {"PATH=" + place.path().native() + ":/nowhere"}),
                   ErrorCode::command_not_executable, "Permission denied");
    EXPECT_FAILURE(require_program("/", {}), ErrorCode::command_not_executable, "Is a directory");
}

oci::Hook shell_hook(const std::string& script)
{
    oci::Hook hook;
    hook.path = "/bin/sh";
    hook.args = {"sh", "-c", script};
    return hook;
}

TEST(AHook, GetsTheStateAndItsOwnEnvironment)
{
    const slipway::testing::TemporaryDirectory place;
    const std::string out = place.path() / "out";
    oci::Hook hook = shell_hook("cat >" + out + "; echo $A $HOME >>" + out);
    hook.env = Words{"A=b"};
    run_hooks({hook}, "hooks.prestart", R"({"id":"x"})");
    EXPECT_EQ(read_file(out), "{\"id\":\"x\"}b\n");
}

TEST(AHook, InheritsTheEnvironmentUnlessItHasOne)
{
    ::setenv("SLIPWAY_HOOK", "inherited", 1);
    const slipway::testing::TemporaryDirectory place;
    const std::string out = place.path() / "out";
    run_hooks({shell_hook("echo $SLIPWAY_HOOK >" + out)}, "hooks.prestart", "{}");
    EXPECT_EQ(read_file(out), "inherited\n");
}

TEST(AHook, ThatFailsIsNamed)
{
    EXPECT_FAILURE(run_hooks({shell_hook("true"), shell_hook("exit 3")}, "hooks.poststop", "{}"),
                   ErrorCode::start_failed, "hooks.poststop[1]: /bin/sh ended with status 3");
    EXPECT_FAILURE(run_hooks({shell_hook("kill -9 $$")}, "hooks.prestart", "{}"), ErrorCode::start_failed,
                   "killed by signal 9");
    oci::Hook missing;
    missing.path = "/no/such/hook";
    EXPECT_FAILURE(run_hooks({missing}, "hooks.prestart", "{}"), ErrorCode::start_failed, "/no/such/hook");
}

TEST(AHook, HasNoMoreThanItsTime)
{
    oci::Hook hook = shell_hook("exec sleep 100");
    hook.timeout = 1;
    EXPECT_FAILURE(run_hooks({hook}, "hooks.prestart", "{}"), ErrorCode::start_failed,
                   "took longer than 1 s");
}

TEST(AState, HasAnotherStatus)
{
    const Json state = parse_json(state_with(R"({"id":"a","status":"x"})", "created", 7));
    EXPECT_EQ(state, (Json{{"id", "a"}, {"status", "created"}, {"pid", 7}}));
}

} // namespace
} // namespace slipway::sandbox
