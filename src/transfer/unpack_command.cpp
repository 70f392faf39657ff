// SPDX-License-Identifier: LGPL-2.1-or-later
// The command "unpack": prepare, confine, unpack, tell.
#include "transfer/unpack_command.hpp"

#include "transfer/command.hpp"
#include "transfer/confine.hpp"
#include "transfer/input.hpp"
#include "transfer/unpack.hpp"

namespace slipway::transfer {

namespace {

UnpackSettings take_unpack_settings(Words& words)
{
    UnpackSettings settings;
    if (words.flag("--layer"))
        settings.purpose = Purpose::layer;
    if (words.flag("--hollow"))
        settings.content = Content::hollow;
    settings.marks = take_overlay_marks(words);
    settings.diff_id = words.digest("--diff-id");
    settings.size = words.number("--size");
    if (words.flag("--recipe"))
        settings.recipe = recipe_fd;
    words.end();
    return settings;
}

} // namespace

int unpack_command(Words words)
{
    return run_command([&words](Conversation& conversation) {
        UnpackSettings settings = take_unpack_settings(words);
        Input input{input_fd, conversation_fd};
        settings.interrupt = [&input] { input.interrupt(); };
        prepare();
        const bool has_marks = settings.purpose == Purpose::layer && settings.marks == OverlayMarks::trusted;
        confine(directory_fd, Deed::fill, has_marks ? Marks::trusted : Marks::none);
        const Unpacked unpacked = unpack(
            [&](char* buffer, std::size_t size) {
                const std::size_t count = input.read(buffer, size);
                conversation.tell_progress(input.count());
                return count;
            },
            directory_fd, settings);
        conversation.tell_unpacked(unpacked, input.count());
    });
}

} // namespace slipway::transfer
