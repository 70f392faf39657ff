// SPDX-License-Identifier: LGPL-2.1-or-later
// The command "diff": prepare, confine, compare, tell.
#include "transfer/diff_command.hpp"

#include "transfer/command.hpp"
#include "transfer/confine.hpp"
#include "transfer/diff.hpp"
#include "transfer/output.hpp"

#include <string>

namespace slipway::transfer {

namespace {

constexpr int first_layer_fd = 7;
constexpr std::size_t piece_size = 64U << 10U;

} // namespace

int diff_command(Words words)
{
    return run_command([&words](Conversation& conversation) {
        const OverlayMarks marks = take_overlay_marks(words);
        std::vector<int> layers(words.number("--layers").value_or(0));
        words.end();
        for (std::size_t i = 0; i < layers.size(); ++i)
            layers[i] = first_layer_fd + static_cast<int>(i);
        Output output{output_fd, conversation_fd};
        prepare();
        // The layers' descriptors reach no further than the layers.
        confine(directory_fd, Deed::read, marks == OverlayMarks::trusted ? Marks::trusted : Marks::none);
        std::string piece;
        const LowerTree lower{std::move(layers), marks};
        const std::uint64_t count =
            diff(directory_fd, lower, marks, [&](Change change, std::string_view path) {
                piece.push_back(static_cast<char>(change));
                piece.append(" ").append(path).push_back('\0');
                if (piece.size() < piece_size)
                    return;
                output.write(piece);
                piece.clear();
            });
        output.write(piece);
        conversation.tell_listed(count);
    });
}

} // namespace slipway::transfer
