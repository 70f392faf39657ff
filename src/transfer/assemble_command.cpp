// SPDX-License-Identifier: LGPL-2.1-or-later
// The command "assemble": prepare, confine, assemble, tell.
#include "transfer/assemble_command.hpp"

#include "base/failure.hpp"
#include "transfer/assemble.hpp"
#include "transfer/command.hpp"
#include "transfer/confine.hpp"
#include "transfer/output.hpp"
#include "transfer/tar_member.hpp"

#include <optional>
#include <string>
#include <sys/stat.h>

namespace slipway::transfer {

namespace {

void check_recipe()
{
    struct stat status {};
    check(::fstat(input_fd, &status), "look at the layer's recipe");
    if (!S_ISREG(status.st_mode) || status.st_size == 0)
        throw Failure{
            ErrorCode::damaged_layer,
            "the layer has no recipe, since an older version unpacked it: remove the image and get it again"};
}

// The other members are written by others.
struct MemberWish {
    std::string name;
    std::uint64_t size = 0;
};

std::optional<MemberWish> take_member(Words& words)
{
    const std::optional<std::string> name = words.value("--member");
    const std::optional<std::uint64_t> size = words.number("--size");
    if (name.has_value() != size.has_value())
        throw Failure{ErrorCode::invalid_argument, "--member and --size go together"};
    if (!name)
        return std::nullopt;
    return MemberWish{*name, *size};
}

Written assemble_member(const MemberWish& wish, Output& output, Conversation& conversation)
{
    TarMember member{[&output](std::string_view bytes) { output.write(bytes); }, wish.name, wish.size};
    BlobWriter blob{[&member](std::string_view bytes) { member.write(bytes); }, Compression::none, 1};
    Written written = assemble(read_at(input_fd), directory_fd, blob,
                               [&conversation](std::uint64_t done) { conversation.tell_progress(done); });
    if (written.tar_size != wish.size)
        throw Failure{ErrorCode::damaged_layer, "the layer has " + std::to_string(written.tar_size) +
                                                    " bytes and not " + std::to_string(wish.size) +
                                                    ": remove the image and get it again"};
    member.finish();
    return written;
}

} // namespace

int assemble_command(Words words)
{
    return run_command([&words](Conversation& conversation) {
        const Compression compression = take_compression(words);
        const std::optional<MemberWish> wish = take_member(words);
        words.end();
        check_recipe();
        Output output{output_fd, conversation_fd};
        const unsigned workers = processors();
        prepare();
        confine(directory_fd, Deed::read, Marks::none);
        if (wish) {
            conversation.tell_written("assembled", assemble_member(*wish, output, conversation), {});
            return;
        }
        BlobWriter blob{[&output](std::string_view bytes) { output.write(bytes); }, compression, workers};
        const Written written =
            assemble(read_at(input_fd), directory_fd, blob,
                     [&conversation](std::uint64_t done) { conversation.tell_progress(done); });
        conversation.tell_written("assembled", written, {});
    });
}

} // namespace slipway::transfer
