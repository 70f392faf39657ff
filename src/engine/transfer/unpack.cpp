// SPDX-License-Identifier: LGPL-2.1-or-later
// Unpacking: the process spawned and heard out (docs/protocols.md).
#include "engine/transfer/unpack.hpp"

#include "async/readiness.hpp"
#include "base/json.hpp"
#include "base/packet.hpp"
#include "engine/reported_failure.hpp"
#include "kernel/spawn.hpp"

#include <fcntl.h>
#include <optional>
#include <sys/wait.h>

namespace slipway::engine {

namespace {

// Numbers of slipway-transfer's descriptors.
constexpr int directory_number = 3;
constexpr int conversation_number = 4;
constexpr int recipe_number = 5;
constexpr int space_number = 6;

async::Task<> reap(async::EventLoop& loop, pid_t pid, Fd pidfd)
{
    co_await async::readable(loop, pidfd.number());
    ::waitpid(pid, nullptr, 0);
}

Unpacked unpacked_of(const Json& json)
{
    return {Digest::parse(json.at("diff_id").get<std::string>()).value(),
            json.at("size").get<std::uint64_t>(), json.at("opaque").get<bool>()};
}

} // namespace

async::Task<Unpacked> Unpacker::unpack(UnpackRequest request)
{
    // Closing our end makes the process give up, so that a cancelled task leaves none.
    FdPair ends = make_packet_pair();
    const std::string program = (programs_ / "slipway-transfer").native();
    std::vector<std::string> arguments{program, "unpack"};
    arguments.insert(arguments.end(), request.words.begin(), request.words.end());
    const std::vector<std::string> environment{"LANG=C.UTF-8"};
    const Fd nothing{check(::open("/dev/null", O_RDWR | O_CLOEXEC), "open /dev/null")};
    std::vector<kernel::DescriptorMapping> descriptors{{request.archive->number(), 0},
                                                       {nothing.number(), 1},
                                                       {nothing.number(), 2},
                                                       {request.directory, directory_number},
                                                       {ends.second.number(), conversation_number}};
    if (request.recipe >= 0) {
        arguments.emplace_back("--recipe");
        descriptors.push_back({request.recipe, recipe_number});
    }
    if (own_ids_->is_users())
        descriptors.push_back({own_ids_->space()->number(), space_number});
    kernel::Spawned transfer = kernel::spawn(program, arguments, environment, descriptors);
    tasks_->spawn(reap(*loop_, transfer.pid, std::move(transfer.pidfd)));
    ends.second.reset();
    request.archive->reset();

    const int conversation = ends.first.number();
    std::optional<Unpacked> unpacked;
    for (;;) {
        co_await async::readable(*loop_, conversation);
        const std::optional<Packet> packet = receive_packet(conversation);
        if (!packet)
            break;
        const Json json = parse_json(packet->text);
        const std::string event = json.at("event").get<std::string>();
        if (event == "progress" && request.progress)
            request.progress(json.at("read").get<std::uint64_t>());
        else if (event == "unpacked")
            unpacked = unpacked_of(json);
        else if (event == "failed")
            throw reported_failure(json.at("error"), ErrorCode::internal);
    }
    if (!unpacked)
        throw Failure{ErrorCode::internal,
                      "slipway-transfer ended without a word (see journalctl -u slipwayd)"};
    co_return *std::move(unpacked);
}

} // namespace slipway::engine
