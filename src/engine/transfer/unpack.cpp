// SPDX-License-Identifier: LGPL-2.1-or-later
// Unpacking: the conversation with slipway-transfer.
#include "engine/transfer/unpack.hpp"

#include "async/readiness.hpp"
#include "base/json.hpp"
#include "base/packet.hpp"
#include "engine/reported_failure.hpp"
#include "kernel/spawn.hpp"

#include <fcntl.h>
#include <optional>
#include <sys/socket.h>
#include <sys/wait.h>

namespace slipway::engine {

async::Task<Unpacked> unpack(async::EventLoop& loop, Jobs& jobs, JobRef job, std::filesystem::path programs,
                             std::shared_ptr<Fd> archive, UnpackTarget target)
{
    FdPair ends = make_packet_pair();
    const std::string program = (programs / "slipway-transfer").native();
    std::vector<std::string> arguments{program, "unpack"};
    const std::vector<std::string> environment{"LANG=C.UTF-8"};
    const Fd nothing{check(::open("/dev/null", O_RDWR | O_CLOEXEC), "open /dev/null")};
    std::vector<kernel::DescriptorMapping> descriptors{{archive->number(), 0},
                                                       {nothing.number(), 1},
                                                       {nothing.number(), 2},
                                                       {target.directory, 3},
                                                       {ends.second.number(), 4}};
    if (target.recipe >= 0) {
        arguments.emplace_back("--recipe");
        descriptors.push_back({target.recipe, 5});
    }
    if (target.space >= 0)
        descriptors.push_back({target.space, 6});
    const kernel::Spawned transfer = kernel::spawn(program, arguments, environment, descriptors);
    ends.second.reset();
    archive->reset();
    bool is_cancelled = false;
    const int conversation = ends.first.number();
    // Closing our half makes the transfer give up and end.
    job->on_cancel = [conversation, &is_cancelled] {
        is_cancelled = true;
        ::shutdown(conversation, SHUT_RDWR);
    };

    std::optional<Unpacked> unpacked;
    std::optional<Failure> refused;
    for (;;) {
        co_await async::readable(loop, conversation);
        const std::optional<Packet> packet = receive_packet(conversation);
        if (!packet)
            break;
        const Json json = parse_json(packet->text);
        const std::string event = json.at("event").get<std::string>();
        if (event == "progress")
            jobs.progress(job, json.at("read").get<std::uint64_t>(), 0, "unpacking");
        else if (event == "unpacked")
            unpacked = Unpacked{Digest::parse(json.at("diff_id").get<std::string>()).value(),
                                json.at("size").get<std::uint64_t>()};
        else if (event == "failed")
            refused = reported_failure(json.at("error"), ErrorCode::internal);
    }
    co_await async::readable(loop, transfer.pidfd.number());
    ::waitpid(transfer.pid, nullptr, 0);
    job->on_cancel = nullptr;
    if (is_cancelled)
        throw Failure{ErrorCode::cancelled, "the import was cancelled"};
    if (refused)
        throw *refused; // NOLINT: a copy is meant
    if (!unpacked)
        throw Failure{ErrorCode::internal,
                      "slipway-transfer ended without a word (see journalctl -u slipwayd)"};
    co_return *unpacked;
}

} // namespace slipway::engine
