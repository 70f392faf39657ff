// SPDX-License-Identifier: LGPL-2.1-or-later
// The command "pack": prepare, confine, pack, tell.
#include "transfer/pack_command.hpp"

#include "base/failure.hpp"
#include "transfer/command.hpp"
#include "transfer/confine.hpp"
#include "transfer/entry_name.hpp"
#include "transfer/output.hpp"
#include "transfer/pack.hpp"
#include "transfer/place.hpp"

namespace slipway::transfer {

namespace {

PackSettings take_pack_settings(Words& words, const std::string& what)
{
    PackSettings settings;
    if (what == "changes")
        settings.content = PackContent::changes;
    else if (what != "tree")
        throw Failure{ErrorCode::invalid_argument,
                      "pack: " + in_quotes(what) + " is none of tree, changes and path"};
    settings.marks = take_overlay_marks(words);
    settings.only = words.value("--only").value_or("");
    if (!settings.only.empty() && checked_name(settings.only) != settings.only)
        throw Failure{ErrorCode::invalid_argument,
                      "--only: " + in_quotes(settings.only) + " is no plain name"};
    return settings;
}

void pack_and_tell(int root, PackSettings& settings, BlobWriter& blob, Conversation& conversation)
{
    settings.progress = [&conversation](std::uint64_t done) { conversation.tell_progress(done); };
    const SomeNames left_out = pack(root, settings, blob);
    conversation.tell_written("packed", blob.finish(), left_out);
}

void pack_path(Words& words, Conversation& conversation)
{
    const std::string path = words.value("--path").value_or("");
    const LastLink last = words.flag("--follow-link") ? LastLink::follow : LastLink::keep;
    const bool is_local = words.flag("--local");
    words.end();
    Output output{output_fd, conversation_fd};
    prepare();
    if (!is_local)
        confine(directory_fd, Deed::read, Marks::none);
    const Place place = find_place(path, last);
    if (!place.is_there)
        throw Failure{ErrorCode::no_such_file, in_quotes(path) + ": there is no such file or directory"};
    if (is_local)
        confine_as_far_as_may_be(place.directory.number(), Deed::read);
    PackSettings settings{.only = place.name, .called = place.called, .below = Below::all_mounts};
    BlobWriter blob{[&output](std::string_view bytes) { output.write(bytes); }, Compression::none, 1};
    pack_and_tell(place.directory.number(), settings, blob, conversation);
}

} // namespace

int pack_command(Words words)
{
    return run_command([&words](Conversation& conversation) {
        const std::string what = words.operand();
        if (what == "path")
            return pack_path(words, conversation);
        PackSettings settings = take_pack_settings(words, what);
        const Compression compression = take_compression(words);
        words.end();
        Output output{output_fd, conversation_fd};
        const unsigned workers = processors();
        prepare();
        const bool has_marks =
            settings.content == PackContent::changes && settings.marks == OverlayMarks::trusted;
        confine(directory_fd, Deed::read, has_marks ? Marks::trusted : Marks::none);
        BlobWriter blob{[&output](std::string_view bytes) { output.write(bytes); }, compression, workers};
        pack_and_tell(directory_fd, settings, blob, conversation);
    });
}

} // namespace slipway::transfer
