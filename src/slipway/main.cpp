// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway: the command line of the container engine.
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

#include <chrono>
#include <fcntl.h>
#include <unistd.h>

namespace {

using namespace slipway;
using namespace slipway::cli;

// Pipes and sockets must not be taken for standard streams that were closed when we were started.
void open_standard_streams()
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
        if (::fcntl(fd, F_GETFD) < 0 && ::open("/dev/null", O_RDWR) < 0) // NOLINT: inherited on purpose
            ::_exit(payload_failure_status);
}

int fail_usage(const UsageError& error, const Verb* verb)
{
    std::string text = "slipway: " + std::string{error.what()} + "\n";
    if (verb != nullptr)
        text.append("hint: 'slipway ").append(verb->name).append(" --help' tells how it is used\n");
    complain(text);
    return usage_exit_status(verb != nullptr ? verb->manner : Manner::plain);
}

int fail(const Failure& failure, const Invocation& invocation)
{
    complain(failure, invocation.global.detail, invocation.global.reach);
    return exit_status(failure.code(), invocation.verb != nullptr ? invocation.verb->manner : Manner::plain);
}

} // namespace

int main(int count, char** words)
{
    const auto begun = std::chrono::steady_clock::now();
    open_standard_streams();
    Invocation invocation;
    try {
        invocation = read_invocation(Arguments(words + (count > 0 ? 1 : 0), words + count));
        Context context{invocation.global, begun};
        return invocation.verb->run(context, invocation.arguments);
    } catch (const HelpWanted& help) {
        try {
            print(help.text());
            return 0;
        } catch (const Failure& failure) {
            return fail(failure, invocation);
        }
    } catch (const UsageError& error) {
        return fail_usage(error, invocation.verb);
    } catch (const Failure& failure) {
        return fail(failure, invocation);
    } catch (const std::exception& defect) {
        return fail(Failure{ErrorCode::internal, defect.what()}, invocation);
    }
}
