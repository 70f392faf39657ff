// SPDX-License-Identifier: LGPL-2.1-or-later
// What slipway-transfer's commands have in common.
#include "transfer/command.hpp"

#include "base/failure.hpp"
#include "hashing/sha256.hpp"
#include "transfer/entry_name.hpp"
#include "transfer/limits.hpp"

#include <algorithm>
#include <clocale>
#include <csignal>
#include <sched.h>
#include <sys/resource.h>

namespace slipway::transfer {

namespace {

// More are seldom busy, and each costs memory.
constexpr unsigned processor_limit = 8;

Failure with_advice(const Failure& failure)
{
    if (failure.code() != ErrorCode::no_space)
        return failure;
    return Failure{ErrorCode::no_space, failure.message() + ": make room on its file system, then try again"};
}

} // namespace

int run_command(const std::function<void(Conversation&)>& work)
{
    Conversation conversation{conversation_fd};
    try {
        work(conversation);
        return 0;
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::cancelled)
            conversation.tell_failed(with_advice(failure));
    } catch (const std::exception& failure) {
        conversation.tell_failed(
            Failure{ErrorCode::internal, std::string{"the transfer: "} + failure.what()});
    }
    return 1;
}

void prepare()
{
    // A reader that has gone is an error of write(2).
    ::signal(SIGPIPE, SIG_IGN);
#ifndef __SANITIZE_ADDRESS__ // which takes terabytes
    const rlimit most{memory_limit, memory_limit};
    check(::setrlimit(RLIMIT_DATA, &most), "limit the memory");
#endif
    hashing::digest_of({}); // OpenSSL reads its configuration the first time
    // Names of pax headers are UTF-8; in another locale libarchive would convert them.
    for (const char* locale : {"C.UTF-8", "C.utf8"})
        if (std::setlocale(LC_CTYPE, locale) != nullptr)
            return;
    throw Failure{ErrorCode::not_supported, "the locale C.UTF-8 is missing: install it"};
}

OverlayMarks take_overlay_marks(Words& words)
{
    const std::string word = words.value("--overlay").value_or("trusted");
    if (word == "user")
        return OverlayMarks::user;
    if (word != "trusted")
        throw Failure{ErrorCode::invalid_argument,
                      "--overlay: " + in_quotes(word) + " is neither trusted nor user"};
    return OverlayMarks::trusted;
}

Compression take_compression(Words& words)
{
    const std::string word = words.value("--compression").value_or("none");
    if (const std::optional<Compression> compression = find_compression(word))
        return *compression;
    throw Failure{ErrorCode::invalid_argument,
                  "--compression: " + in_quotes(word) + " is none of none, gzip and zstd"};
}

unsigned processors()
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (::sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    return std::clamp(static_cast<unsigned>(CPU_COUNT(&set)), 1U, processor_limit);
}

} // namespace slipway::transfer
