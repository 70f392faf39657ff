// SPDX-License-Identifier: LGPL-2.1-or-later
// Encryption: systemd-creds on memory files, so that nothing is on a disk or in an argument.
#include "engine/secret/credentials.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "kernel/spawn.hpp"
#include "log/log.hpp"

#include <algorithm>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

namespace slipway::engine {

namespace {

constexpr const char* program = "/usr/bin/systemd-creds";
constexpr std::size_t words_limit = 4096;

Fd make_open_file(const char* name)
{
    return Fd{check(::memfd_create(name, MFD_CLOEXEC), "make a memory file")};
}

std::string words_of(const Fd& file)
{
    std::string words(words_limit, '\0');
    const ssize_t count = ::pread(file.number(), words.data(), words.size(), 0);
    words.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
    while (words.ends_with('\n'))
        words.pop_back();
    return words.substr(words.rfind('\n') == std::string::npos ? 0 : words.rfind('\n') + 1);
}

// What it writes; throws Failure{io_error} with what it says.
Fd run_creds(const std::vector<std::string>& words, const Fd& input)
{
    std::vector<std::string> argv{"systemd-creds"};
    argv.insert(argv.end(), words.begin(), words.end());
    check(::lseek(input.number(), 0, SEEK_SET), "rewind a memory file");
    Fd output = make_open_file("credential");
    const Fd errors = make_open_file("words");
    const kernel::Spawned child = kernel::spawn(
        program, argv, kernel::own_environment(),
        {{input.number(), STDIN_FILENO}, {output.number(), STDOUT_FILENO}, {errors.number(), STDERR_FILENO}});
    siginfo_t end{};
    while (::waitid(P_PIDFD, static_cast<id_t>(child.pidfd.number()), &end, WEXITED) != 0)
        if (errno != EINTR)
            throw errno_failure(errno, "wait for", program);
    if (end.si_code != CLD_EXITED || end.si_status != 0)
        throw Failure{ErrorCode::io_error, std::string{"systemd-creds: "} + words_of(errors)};
    check(::lseek(output.number(), 0, SEEK_SET), "rewind a memory file");
    return output;
}

// systemd-creds takes less than a mebibyte back, since it counts the base64 of it: longer values are several
// credentials, each of whose names says which of how many it is.
constexpr std::size_t part_size = 512U << 10U;
constexpr std::string_view between_parts = "\n\n";

std::string part_name(const std::string& name, std::size_t number, std::size_t count)
{
    return count == 1 ? name : name + '.' + std::to_string(number) + '-' + std::to_string(count);
}

} // namespace

std::optional<std::string> encrypt_credential(const std::string& name, std::string_view plain)
{
    if (::access(program, X_OK) != 0)
        return std::nullopt;
    try {
        const std::size_t count = std::max<std::size_t>(1, (plain.size() + part_size - 1) / part_size);
        std::string text;
        for (std::size_t number = 1; number <= count; ++number) {
            const Fd part = make_memory_file("secret", plain.substr((number - 1) * part_size, part_size));
            const Fd encrypted =
                run_creds({"encrypt", "--name=" + part_name(name, number, count), "-", "-"}, part);
            std::string words = read_all(encrypted.number(), "the credential");
            while (words.ends_with('\n'))
                words.pop_back();
            text += (number == 1 ? "" : std::string{between_parts}) + words;
        }
        return text;
    } catch (const Failure& failure) {
        // Neither a key nor a chip, or no right to them: a user's engine.
        log::line(LOG_NOTICE, "the secret %s is kept unencrypted: %s", name.c_str(),
                  failure.message().c_str());
        return std::nullopt;
    }
}

std::string decrypt_credential(const std::string& name, const std::string& encrypted)
{
    std::vector<std::string_view> parts;
    for (std::string_view rest = encrypted; parts.empty() || !rest.empty();) {
        const std::size_t end = std::min(rest.find(between_parts), rest.size());
        parts.push_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + between_parts.size(), rest.size()));
    }
    std::string plain;
    for (std::size_t number = 1; number <= parts.size(); ++number) {
        const Fd part = run_creds(
            {"decrypt", "--newline=no", "--name=" + part_name(name, number, parts.size()), "-", "-"},
            make_memory_file("credential", parts[number - 1]));
        plain += read_all(part.number(), "the credential");
    }
    return plain;
}

} // namespace slipway::engine
