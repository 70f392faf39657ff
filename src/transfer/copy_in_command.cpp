// SPDX-License-Identifier: LGPL-2.1-or-later
// The command "copy-in": prepare, confine, find the place, copy, tell.
#include "transfer/copy_in_command.hpp"

#include "transfer/command.hpp"
#include "transfer/confine.hpp"
#include "transfer/copy_in.hpp"
#include "transfer/input.hpp"

namespace slipway::transfer {

int copy_in_command(Words words)
{
    return run_command([&words](Conversation& conversation) {
        const std::string path = words.value("--path").value_or("");
        const bool is_local = words.flag("--local");
        CopySettings settings;
        settings.origin = words.flag("--archive") ? Origin::archive : Origin::copy;
        settings.owners = words.flag("--owners") ? Owners::kept : Owners::ours;
        words.end();
        Input input{input_fd, conversation_fd};
        settings.interrupt = [&input] { input.interrupt(); };
        prepare();
        if (!is_local)
            confine(directory_fd, Deed::change, Marks::none);
        const Place place = find_place(path, LastLink::follow);
        const Fd root = open_root(place, settings.origin);
        if (is_local)
            confine_as_far_as_may_be(root.number(), Deed::change);
        const SomeNames left_out = copy_in(
            [&](char* buffer, std::size_t size) {
                const std::size_t count = input.read(buffer, size);
                conversation.tell_progress(input.count());
                return count;
            },
            root, place, settings);
        conversation.tell_copied(input.count(), left_out);
    });
}

} // namespace slipway::transfer
