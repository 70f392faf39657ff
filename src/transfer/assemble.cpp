// SPDX-License-Identifier: LGPL-2.1-or-later
// Assemble: record by record.
#include "transfer/assemble.hpp"

#include "base/failure.hpp"
#include "transfer/entry_name.hpp"
#include "transfer/layer_files.hpp"
#include "transfer/recipe_reader.hpp"
#include "transfer/shelves.hpp"

#include <algorithm>
#include <cerrno>
#include <unistd.h>
#include <vector>

namespace slipway::transfer {

namespace {

constexpr std::size_t assembly_buffer = 256U << 10U;

void send_content(const Record& content, int file, std::vector<char>& buffer, BlobWriter& out)
{
    for (std::uint64_t done = 0; done < content.size;) {
        const std::size_t wanted = std::min<std::uint64_t>(buffer.size(), content.size - done);
        const ssize_t count = ::pread(file, buffer.data(), wanted, static_cast<off_t>(content.offset + done));
        if (count < 0 && errno == EINTR)
            continue;
        check_entry(count < 0 ? -1 : 0, "read", content.path);
        if (count == 0)
            throw Failure{ErrorCode::damaged_layer, "the layer's file " + in_quotes(content.path) +
                                                        " is shorter than it was: remove the image and get "
                                                        "it again"};
        out.write({buffer.data(), static_cast<std::size_t>(count)});
        done += static_cast<std::uint64_t>(count);
    }
}

} // namespace

Written assemble(const ReadAt& recipe, int root, BlobWriter& out,
                 const std::function<void(std::uint64_t)>& progress)
{
    const Shelves shelves{recipe};
    Frames frames{recipe};
    RecipeReader reader{frames};
    LayerFiles files{root};
    std::vector<char> buffer(assembly_buffer);
    std::optional<Digest> expected;
    const WriteBytes write = [&out](std::string_view bytes) { out.write(bytes); };
    std::uint64_t number = 0;
    for (std::optional<Record> record = reader.next(); record; record = reader.next(), ++number) {
        if (record->mark == RecipeMark::literal)
            out.write(record->bytes);
        else if (record->mark == RecipeMark::end)
            expected = record->digest;
        else if (record->mark == RecipeMark::content && !shelves.has_sent(*record, number, write))
            send_content(*record, files.open(record->path), buffer, out);
        if (progress)
            progress(out.tar_size());
    }
    Written written = out.finish();
    if (expected != written.diff_id)
        throw Failure{ErrorCode::damaged_layer, "the layer's files are not what was unpacked: they make " +
                                                    written.diff_id.text() + " instead of " +
                                                    (expected ? expected->text() : "") +
                                                    ": remove the image and get it again"};
    return written;
}

} // namespace slipway::transfer
