// SPDX-License-Identifier: LGPL-2.1-or-later
// LocalCopy: spawned, heard out (docs/protocols.md).
#include "slipway/local_copy.hpp"

#include "async/readiness.hpp"
#include "base/packet.hpp"
#include "base/reported_failure.hpp"
#include "slipway_config.hpp"

#include <cstdlib>

namespace slipway::cli {

namespace {

constexpr int conversation_number = 4;

std::string program()
{
    const char* const directory = ::secure_getenv("SLIPWAY_PROGRAMS");
    return std::string{directory == nullptr ? SLIPWAY_PROGRAM_DIRECTORY : directory} + "/slipway-transfer";
}

} // namespace

LocalCopy::LocalCopy(Context& context, std::vector<std::string> words, int input, int output)
    : context_{&context}
{
    words.emplace_back("--local");
    FdPair ends = make_packet_pair();
    tool_ = std::make_unique<Tool>(
        program(), words, input, output,
        std::vector<kernel::DescriptorMapping>{{ends.second.number(), conversation_number}});
    conversation_ = std::move(ends.first);
}

async::Task<std::uint64_t> LocalCopy::end()
{
    for (;;) {
        co_await async::readable(context_->loop(), conversation_.number());
        const std::optional<Packet> packet = receive_packet(conversation_.number());
        if (!packet)
            throw Failure{ErrorCode::internal, "slipway-transfer ended without a word"};
        const Json json = parse_json(packet->text);
        const Json& event = json.at("event");
        if (event == "failed")
            throw reported_failure(json.at("error"), ErrorCode::internal);
        if (event != "progress")
            co_return json.at("left_out_count").get<std::uint64_t>();
    }
}

} // namespace slipway::cli
