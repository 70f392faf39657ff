// SPDX-License-Identifier: LGPL-2.1-or-later
// The command "unpack": prepare, confine, unpack, tell.
#include "transfer/unpack_command.hpp"

#include "base/fd.hpp"
#include "transfer/confine.hpp"
#include "transfer/conversation.hpp"
#include "transfer/input.hpp"
#include "transfer/unpack.hpp"

#include <array>
#include <clocale>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::transfer {

namespace {

constexpr int archive_fd = 0;
constexpr int directory_fd = 3;
constexpr int conversation_fd = 4;

Failure with_advice(const Failure& failure)
{
    if (failure.code() != ErrorCode::no_space)
        return failure;
    return Failure{ErrorCode::no_space,
                   failure.message() + ": make room on the store's file system, then try again"};
}

// Before the confinement: later no file can be read.
void load_locale()
{
    // Names of pax headers are UTF-8; in another locale libarchive would convert them.
    for (const char* locale : {"C.UTF-8", "C.utf8"})
        if (std::setlocale(LC_CTYPE, locale) != nullptr)
            return;
    throw Failure{ErrorCode::not_supported, "the locale C.UTF-8 is missing: install it"};
}

Unpacked unpack_confined(Input& input, Conversation& conversation)
{
    load_locale();
    store::digest_of({}); // OpenSSL reads its configuration the first time
    confine(directory_fd);
    return unpack(
        [&](char* buffer, std::size_t size) {
            const std::size_t count = input.read(buffer, size);
            conversation.tell_progress(input.count());
            return count;
        },
        directory_fd);
}

} // namespace

int unpack_command()
{
    Conversation conversation{conversation_fd};
    try {
        Input input{archive_fd, conversation_fd};
        const Unpacked unpacked = unpack_confined(input, conversation);
        conversation.tell_unpacked(unpacked, input.count());
        return 0;
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::cancelled)
            conversation.tell_failed(with_advice(failure));
    } catch (const std::exception& failure) {
        conversation.tell_failed(Failure{ErrorCode::internal, std::string{"unpacking: "} + failure.what()});
    }
    return 1;
}

} // namespace slipway::transfer
