// SPDX-License-Identifier: LGPL-2.1-or-later
// The command "assemble": prepare, confine, assemble, tell.
#include "transfer/assemble_command.hpp"

#include "base/failure.hpp"
#include "transfer/assemble.hpp"
#include "transfer/command.hpp"
#include "transfer/confine.hpp"
#include "transfer/output.hpp"

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

} // namespace

int assemble_command(Words words)
{
    return run_command([&words](Conversation& conversation) {
        const Compression compression = take_compression(words);
        words.end();
        check_recipe();
        Output output{output_fd, conversation_fd};
        const unsigned workers = processors();
        prepare();
        confine(directory_fd, Deed::read, Marks::none);
        BlobWriter blob{[&output](std::string_view bytes) { output.write(bytes); }, compression, workers};
        const Written written =
            assemble(read_at(input_fd), directory_fd, blob,
                     [&conversation](std::uint64_t done) { conversation.tell_progress(done); });
        conversation.tell_written("assembled", written, {});
    });
}

} // namespace slipway::transfer
