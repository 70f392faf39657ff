// SPDX-License-Identifier: LGPL-2.1-or-later
// Agent: slipway-registry as the engine sees it: one process for a job, asked by coroutines.
//
// Each call is one request of the conversation (docs/protocols.md); several may be under way at once.
// Cancelling a call cancels its request; dropping the Agent, which outlives its calls, ends the process.
// Every call throws the Failure that the process tells, or Failure{unavailable} when it has gone.
#pragma once

#include "async/event_loop.hpp"
#include "async/signal.hpp"
#include "async/task.hpp"
#include "base/digest.hpp"
#include "base/fd.hpp"
#include "base/packet.hpp"
#include "registry/messages.hpp"
#include "registry/target.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace slipway::registry {

struct PulledManifest {
    std::string media_type;
    Digest digest;
    std::string bytes; // not larger than oci::manifest_limit, and digest's
    std::string host;  // of the place that had it
};

struct PushedBlob {
    Arrival arrival;
    Digest digest;
    std::uint64_t size;
};

class Agent {
  public:
    using Progress = std::function<void(std::uint64_t bytes)>;

    // By systemd's socket where that is there, else by starting PROGRAMS/slipway-registry, which gives up its
    // rights by itself. Does not suspend. Throws Failure.
    static std::unique_ptr<Agent> start(async::EventLoop& loop, const std::filesystem::path& socket,
                                        const std::filesystem::path& programs);
    // CONVERSATION: a packet socket to a slipway-registry.
    Agent(async::EventLoop& loop, Fd conversation);
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;
    Agent(Agent&&) = delete;
    Agent& operator=(Agent&&) = delete;
    ~Agent();

    // First, once.
    async::Task<> open(Target target);

    // By tag or digest.
    async::Task<PulledManifest> manifest(std::string reference);
    // Into FILE (opened for reading and writing; what it has is gone on with) or PIPE, or both; either may be
    // closed. Bytes in the pipe are verified when this returns, not before.
    async::Task<> blob(Digest digest, std::uint64_t size, Fd file, Fd pipe, Progress progress);
    // Whether the registry has it, or takes it over from another of its repositories; nothing is sent.
    async::Task<bool> find_blob(Digest digest, std::vector<std::string> mount_from);
    // CONTENT: from its position on. DIGEST and SIZE where they are known.
    async::Task<PushedBlob> push_blob(Fd content, std::optional<Digest> digest,
                                      std::optional<std::uint64_t> size, std::vector<std::string> mount_from,
                                      Progress progress);
    async::Task<Digest> put_manifest(std::string reference, std::string media_type, std::string bytes);
    // JSON, as docs/protocols.md says.
    async::Task<std::string> tags();
    async::Task<std::string> referrers(Digest digest, std::string artifact_type);
    async::Task<std::string> search(std::string term, std::uint64_t limit);
    // Whether the credentials are good; a token to keep instead of the password, where the registry has one.
    async::Task<std::string> ping();

  private:
    // A request under way.
    struct Pending {
        std::optional<Event> event;
        std::vector<Fd> descriptors;
        Progress progress;
        async::Signal came;
    };
    struct Answer {
        Event event;
        std::vector<Fd> descriptors;
    };
    class Wait;

    static int heard(sd_event_source*, int, std::uint32_t, void* self);
    void listen();
    void take(Packet packet);
    void lose();
    async::Task<Answer> ask(Request request);
    async::Task<Answer> ask(Request request, std::vector<Fd> descriptors);
    async::Task<Answer> ask(Request request, std::vector<Fd> descriptors, Progress progress);
    async::Task<std::string> ask_for_text(Request request);

    Fd conversation_;
    async::Source source_;
    std::uint64_t last_number_ = 0;
    std::map<std::uint64_t, std::shared_ptr<Pending>> pending_;
    bool is_lost_ = false;
    Fd child_; // without systemd: ours to reap
};

} // namespace slipway::registry
