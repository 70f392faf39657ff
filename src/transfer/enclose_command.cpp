// SPDX-License-Identifier: LGPL-2.1-or-later
// The command "enclose": prepare, confine, write members and the end mark, tell.
#include "transfer/enclose_command.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "transfer/command.hpp"
#include "transfer/confine.hpp"
#include "transfer/output.hpp"
#include "transfer/tar_member.hpp"

namespace slipway::transfer {

namespace {

// Configurations and manifests of some hundred images.
constexpr std::size_t texts_limit = 256U << 20U;

} // namespace

int enclose_command(Words words)
{
    return run_command([&words](Conversation& conversation) {
        words.end();
        Output output{output_fd, conversation_fd};
        prepare();
        confine(directory_fd, Deed::read, Marks::none);
        const Json texts = parse_json(read_all(input_fd, "the texts", texts_limit));
        if (!texts.is_array())
            throw Failure{ErrorCode::internal, "the texts are no array"};
        std::uint64_t size = 0;
        TarWriter writer{[&](std::string_view bytes) {
            output.write(bytes);
            size += bytes.size();
        }};
        for (const Json& member : texts) {
            const auto& text = member.at(1).get_ref<const std::string&>();
            writer.begin(member_entry(member.at(0).get<std::string>(), text.size()));
            writer.data(text);
        }
        writer.finish();
        conversation.tell_enclosed(size);
    });
}

} // namespace slipway::transfer
