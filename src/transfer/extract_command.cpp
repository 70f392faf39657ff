// SPDX-License-Identifier: LGPL-2.1-or-later
// The command "extract": prepare, confine, extract, tell.
#include "transfer/extract_command.hpp"

#include "transfer/command.hpp"
#include "transfer/confine.hpp"
#include "transfer/extract.hpp"
#include "transfer/input.hpp"

namespace slipway::transfer {

int extract_command(Words words)
{
    return run_command([&words](Conversation& conversation) {
        words.end();
        Input input{input_fd, conversation_fd};
        ExtractSettings settings;
        settings.interrupt = [&input] { input.interrupt(); };
        prepare();
        confine(directory_fd, Deed::fill, Marks::none);
        const Extracted extracted = extract(
            [&](char* buffer, std::size_t size) {
                const std::size_t count = input.read(buffer, size);
                conversation.tell_progress(input.count());
                return count;
            },
            directory_fd, recipe_fd, settings);
        conversation.tell_extracted(extracted);
    });
}

} // namespace slipway::transfer
