// SPDX-License-Identifier: LGPL-2.1-or-later
// CredentialProgram: a child with a memory file as its input and a pipe as its output.
#include "slipway/credential_program.hpp"

#include "base/file.hpp"
#include "kernel/spawn.hpp"
#include "oci/credential_helper.hpp"
#include "slipway/human.hpp"
#include "slipway/tool.hpp"

#include <sys/wait.h>
#include <unistd.h>

namespace slipway::cli {

namespace {

constexpr std::size_t output_limit = 1U << 20U;
constexpr std::size_t words_limit = 200;

int wait_for(const Fd& pidfd)
{
    siginfo_t end{};
    while (::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(pidfd.number()), &end, WEXITED) < 0)
        if (errno != EINTR)
            throw errno_failure(errno, "wait for a credential helper");
    return end.si_code == CLD_EXITED ? end.si_status : 128 + end.si_status;
}

} // namespace

CredentialProgram::Outcome CredentialProgram::run(const char* verb, const std::string& input) const
{
    const std::optional<std::string> path = find_program(program());
    if (!path)
        throw Failure{ErrorCode::credential_helper_failed, program() + " is not in PATH"};
    const Fd question = make_memory_file("question", input);
    FdPair pipe = make_pipe();
    kernel::Spawned child = kernel::spawn(*path, {*path, verb}, kernel::own_environment(),
                                          {{question.number(), STDIN_FILENO},
                                           {pipe.second.number(), STDOUT_FILENO},
                                           {STDERR_FILENO, STDERR_FILENO}});
    pipe.second.reset();
    Outcome outcome{0, {}};
    try {
        outcome.output = read_all(pipe.first.number(), program(), output_limit);
    } catch (const Failure&) {
        // It says too much; it ends with a broken pipe.
        pipe.first.reset();
        static_cast<void>(wait_for(child.pidfd));
        throw Failure{ErrorCode::credential_helper_failed,
                      program() + " " + verb + ": it answers with more than a megabyte"};
    }
    outcome.status = wait_for(child.pidfd);
    return outcome;
}

void CredentialProgram::fail(const char* verb, const Outcome& outcome) const
{
    const std::string words = visible(outcome.output.substr(0, outcome.output.find('\n')));
    throw Failure{ErrorCode::credential_helper_failed,
                  program() + " " + verb + ": " +
                      (words.empty() ? "exit status " + std::to_string(outcome.status)
                                     : shortened(words, words_limit))};
}

std::optional<oci::Credentials> CredentialProgram::find(const std::string& host) const
{
    for (const std::string& server : oci::helper_servers(host)) {
        const Outcome outcome = run("get", server);
        if (outcome.status != 0 && oci::means_nothing_kept(outcome.output))
            continue;
        if (outcome.status != 0)
            fail("get", outcome);
        const Result<oci::Credentials> found = oci::parse_helper_answer(outcome.output);
        if (!found)
            throw found.failure().within(program() + " get");
        if (!found.value().is_anonymous())
            return found.value();
    }
    return std::nullopt;
}

void CredentialProgram::store(const std::string& host, const oci::Credentials& credentials) const
{
    const Outcome outcome = run("store", oci::helper_request(oci::helper_servers(host).front(), credentials));
    if (outcome.status != 0)
        fail("store", outcome);
}

bool CredentialProgram::erase_server(const std::string& server) const
{
    const Outcome outcome = run("erase", server);
    if (outcome.status != 0 && !oci::means_nothing_kept(outcome.output))
        fail("erase", outcome);
    return outcome.status == 0;
}

bool CredentialProgram::erase(const std::string& host) const
{
    // Some say nothing of what they had not.
    if (!find(host))
        return false;
    for (const std::string& server : oci::helper_servers(host))
        erase_server(server);
    return true;
}

bool CredentialProgram::erase_all() const
{
    const Outcome outcome = run("list", {});
    if (outcome.status != 0)
        fail("list", outcome);
    const Result<std::vector<std::string>> servers = oci::parse_helper_list(outcome.output);
    if (!servers)
        throw servers.failure().within(program() + " list");
    for (const std::string& server : servers.value())
        erase_server(server);
    return !servers.value().empty();
}

} // namespace slipway::cli
