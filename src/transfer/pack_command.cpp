// SPDX-License-Identifier: LGPL-2.1-or-later
// The command "pack": prepare, confine, pack, tell.
#include "transfer/pack_command.hpp"

#include "base/failure.hpp"
#include "transfer/command.hpp"
#include "transfer/confine.hpp"
#include "transfer/entry_name.hpp"
#include "transfer/output.hpp"
#include "transfer/pack.hpp"

namespace slipway::transfer {

namespace {

PackSettings take_pack_settings(Words& words)
{
    PackSettings settings;
    const std::string what = words.operand();
    if (what == "changes")
        settings.content = PackContent::changes;
    else if (what != "tree")
        throw Failure{ErrorCode::invalid_argument,
                      "pack: " + in_quotes(what) + " is neither tree nor changes"};
    settings.marks = take_overlay_marks(words);
    settings.only = words.value("--only").value_or("");
    if (!settings.only.empty() && checked_name(settings.only) != settings.only)
        throw Failure{ErrorCode::invalid_argument,
                      "--only: " + in_quotes(settings.only) + " is no plain name"};
    return settings;
}

} // namespace

int pack_command(Words words)
{
    return run_command([&words](Conversation& conversation) {
        PackSettings settings = take_pack_settings(words);
        const Compression compression = take_compression(words);
        words.end();
        Output output{output_fd, conversation_fd};
        const unsigned workers = processors();
        prepare();
        const bool has_marks =
            settings.content == PackContent::changes && settings.marks == OverlayMarks::trusted;
        confine(directory_fd, Deed::read, has_marks ? Marks::trusted : Marks::none);
        BlobWriter blob{[&output](std::string_view bytes) { output.write(bytes); }, compression, workers};
        settings.progress = [&conversation](std::uint64_t done) { conversation.tell_progress(done); };
        const SomeNames left_out = pack(directory_fd, settings, blob);
        conversation.tell_written("packed", blob.finish(), left_out);
    });
}

} // namespace slipway::transfer
