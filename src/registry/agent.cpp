// SPDX-License-Identifier: LGPL-2.1-or-later
// Agent: requests out, events in, each to who waits for it.
#include "registry/agent.hpp"

#include "base/file.hpp"
#include "base/unix_address.hpp"
#include "kernel/spawn.hpp"
#include "oci/manifest.hpp"

#include <csignal>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace slipway::registry {

namespace {

// Lists of tags may be long.
constexpr std::size_t text_limit = 64U << 20U;

Fd connected(const std::filesystem::path& path)
{
    Fd socket{check(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), "make a socket")};
    const UnixAddress address{path.native()};
    if (::connect(socket.number(), address.pointer(), UnixAddress::size()) == 0)
        return socket;
    if (errno != ENOENT && errno != ECONNREFUSED)
        throw errno_failure(errno, "connect to", path.native());
    return {};
}

} // namespace

// Its place among those under way; a request whose waiter is cancelled is cancelled too.
class Agent::Wait {
  public:
    Wait(Agent& agent, std::uint64_t number, Progress progress)
        : agent_{&agent}, number_{number}, pending_{std::make_shared<Pending>()}
    {
        pending_->progress = std::move(progress);
        agent.pending_.emplace(number, pending_);
    }
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;
    Wait(Wait&&) = delete;
    Wait& operator=(Wait&&) = delete;
    ~Wait()
    {
        agent_->pending_.erase(number_);
        if (pending_->event || agent_->is_lost_)
            return;
        try {
            Request request;
            request.number = number_;
            request.method = Method::cancel;
            static_cast<void>(try_send_packet(agent_->conversation_.number(), to_json(request)));
        } catch (const std::exception&) { // NOLINT: it goes on unheard, and ends with the job
        }
    }

    Pending& pending() const noexcept { return *pending_; }

  private:
    Agent* agent_;
    std::uint64_t number_;
    std::shared_ptr<Pending> pending_;
};

std::unique_ptr<Agent> Agent::start(async::EventLoop& loop, const std::filesystem::path& socket,
                                    const std::filesystem::path& programs)
{
    if (Fd conversation = connected(socket))
        return std::make_unique<Agent>(loop, std::move(conversation));
    FdPair ends = make_packet_pair();
    const std::string program = (programs / "slipway-registry").native();
    const Fd nothing{check(::open("/dev/null", O_RDWR | O_CLOEXEC), "open /dev/null")};
    kernel::Spawned child = kernel::spawn(program, {program}, {"LANG=C.UTF-8"},
                                          {{nothing.number(), STDIN_FILENO},
                                           {nothing.number(), STDOUT_FILENO},
                                           {STDERR_FILENO, STDERR_FILENO},
                                           {ends.second.number(), 3}});
    auto agent = std::make_unique<Agent>(loop, std::move(ends.first));
    agent->child_ = std::move(child.pidfd);
    return agent;
}

Agent::Agent(async::EventLoop& loop, Fd conversation) : conversation_{std::move(conversation)}
{
    const int flags = check(::fcntl(conversation_.number(), F_GETFL), "look at the conversation");
    check(::fcntl(conversation_.number(), F_SETFL, flags | O_NONBLOCK), "set up the conversation");
    sd_event_source* source = nullptr;
    check_negative(
        sd_event_add_io(loop.bare(), &source, conversation_.number(), EPOLLIN, &Agent::heard, this),
        "watch the conversation");
    source_ = async::Source{source};
}

Agent::~Agent()
{
    source_.reset();
    conversation_.reset();
    if (!child_)
        return;
    // It would end by itself, but whose child would it be then?
    ::syscall(SYS_pidfd_send_signal, child_.number(), SIGKILL, nullptr, 0);
    siginfo_t end{};
    while (::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(child_.number()), &end, WEXITED) < 0 &&
           errno == EINTR)
    {
    }
}

int Agent::heard(sd_event_source*, int, std::uint32_t, void* self)
{
    static_cast<Agent*>(self)->listen();
    return 0;
}

void Agent::listen()
{
    bool is_there = false;
    try {
        if (std::optional<Packet> packet = receive_packet(conversation_.number())) {
            take(*std::move(packet));
            is_there = true;
        }
    } catch (const std::exception&) {
        is_there = false; // what it says is not to be understood
    }
    if (!is_there)
        lose();
}

void Agent::take(Packet packet)
{
    Event event = parse_event(packet.text);
    const auto found = pending_.find(event.number);
    // Its waiter may have gone.
    if (found == pending_.end())
        return;
    // Kept: the resumed one takes it off the list.
    const std::shared_ptr<Pending> pending = found->second;
    if (event.kind == EventKind::progress) {
        if (pending->progress)
            pending->progress(event.bytes);
        return;
    }
    pending->event = std::move(event);
    pending->descriptors = std::move(packet.descriptors);
    pending->came.notify();
}

void Agent::lose()
{
    source_.reset();
    is_lost_ = true;
    // Each resumed one takes itself off the list.
    std::vector<std::shared_ptr<Pending>> all;
    all.reserve(pending_.size());
    for (const auto& [number, pending] : pending_)
        all.push_back(pending);
    for (const std::shared_ptr<Pending>& pending : all)
        pending->came.notify();
}

async::Task<Agent::Answer> Agent::ask(Request request, std::vector<Fd> descriptors, Progress progress)
{
    request.number = ++last_number_;
    const Wait wait{*this, request.number, std::move(progress)};
    const Failure lost{ErrorCode::unavailable, "slipway-registry has ended without a word (see journalctl -u "
                                               "'slipway-registry@*')"};
    if (is_lost_)
        throw lost; // NOLINT: a copy is meant
    std::vector<int> numbers;
    numbers.reserve(descriptors.size());
    for (const Fd& fd : descriptors)
        numbers.push_back(fd.number());
    if (try_send_packet(conversation_.number(), to_json(request), numbers) == slipway::Delivery::peer_gone)
        throw lost; // NOLINT: a copy is meant
    descriptors.clear();
    Pending& pending = wait.pending();
    while (!pending.event && !is_lost_)
        co_await pending.came.next();
    if (!pending.event)
        throw lost; // NOLINT: a copy is meant
    if (pending.event->failure)
        throw *pending.event->failure; // NOLINT: a copy is meant
    co_return Answer{*pending.event, std::move(pending.descriptors)};
}

async::Task<Agent::Answer> Agent::ask(Request request)
{
    std::vector<Fd> nothing;
    return ask(std::move(request), std::move(nothing), Progress{});
}

async::Task<Agent::Answer> Agent::ask(Request request, std::vector<Fd> descriptors)
{
    return ask(std::move(request), std::move(descriptors), Progress{});
}

async::Task<std::string> Agent::ask_for_text(Request request)
{
    const Answer answer = co_await ask(std::move(request));
    if (answer.descriptors.empty())
        throw Failure{ErrorCode::internal, "slipway-registry answers without a list"};
    co_return read_all(answer.descriptors.front().number(), "a list", text_limit);
}

async::Task<> Agent::open(Target target)
{
    Request request;
    request.method = Method::open;
    std::vector<Fd> descriptors;
    descriptors.push_back(make_memory_file("target", to_json(target)));
    static_cast<void>(co_await ask(std::move(request), std::move(descriptors)));
}

async::Task<PulledManifest> Agent::manifest(std::string reference)
{
    Request request;
    request.method = Method::manifest;
    request.reference = std::move(reference);
    const Answer answer = co_await ask(std::move(request));
    if (answer.descriptors.empty() || !answer.event.digest)
        throw Failure{ErrorCode::internal, "slipway-registry answers without a manifest"};
    std::string bytes = read_all(answer.descriptors.front().number(), "a manifest", oci::manifest_limit);
    co_return PulledManifest{answer.event.media_type, *answer.event.digest, std::move(bytes),
                             answer.event.host};
}

async::Task<> Agent::blob(Digest digest, std::uint64_t size, Fd file, Fd pipe, Progress progress)
{
    Request request;
    request.method = Method::blob;
    request.digest = std::move(digest);
    request.size = size;
    request.has_file = file.is_open();
    request.has_pipe = pipe.is_open();
    std::vector<Fd> descriptors;
    if (file)
        descriptors.push_back(std::move(file));
    if (pipe)
        descriptors.push_back(std::move(pipe));
    static_cast<void>(co_await ask(std::move(request), std::move(descriptors), std::move(progress)));
}

async::Task<bool> Agent::find_blob(Digest digest, std::vector<std::string> mount_from)
{
    Request request;
    request.method = Method::find_blob;
    request.digest = std::move(digest);
    request.mount_from = std::move(mount_from);
    const Answer answer = co_await ask(std::move(request));
    co_return answer.event.arrival != Arrival::uploaded;
}

async::Task<PushedBlob> Agent::push_blob(Fd content, std::optional<Digest> digest,
                                         std::optional<std::uint64_t> size,
                                         std::vector<std::string> mount_from, Progress progress)
{
    Request request;
    request.method = Method::push_blob;
    request.digest = std::move(digest);
    request.size = size;
    request.mount_from = std::move(mount_from);
    std::vector<Fd> descriptors;
    descriptors.push_back(std::move(content));
    const Answer answer = co_await ask(std::move(request), std::move(descriptors), std::move(progress));
    if (!answer.event.digest)
        throw Failure{ErrorCode::internal, "slipway-registry answers without a digest"};
    co_return PushedBlob{answer.event.arrival, *answer.event.digest, answer.event.bytes};
}

async::Task<Digest> Agent::put_manifest(std::string reference, std::string media_type, std::string bytes)
{
    Request request;
    request.method = Method::put_manifest;
    request.reference = std::move(reference);
    request.media_type = std::move(media_type);
    std::vector<Fd> descriptors;
    descriptors.push_back(make_memory_file("manifest", bytes));
    const Answer answer = co_await ask(std::move(request), std::move(descriptors));
    if (!answer.event.digest)
        throw Failure{ErrorCode::internal, "slipway-registry answers without a digest"};
    co_return *answer.event.digest;
}

async::Task<std::string> Agent::tags()
{
    Request request;
    request.method = Method::tags;
    co_return co_await ask_for_text(std::move(request));
}

async::Task<std::string> Agent::referrers(Digest digest, std::string artifact_type)
{
    Request request;
    request.method = Method::referrers;
    request.digest = std::move(digest);
    request.artifact_type = std::move(artifact_type);
    co_return co_await ask_for_text(std::move(request));
}

async::Task<std::string> Agent::search(std::string term, std::uint64_t limit)
{
    Request request;
    request.method = Method::search;
    request.term = std::move(term);
    request.limit = limit;
    co_return co_await ask_for_text(std::move(request));
}

async::Task<std::string> Agent::ping()
{
    Request request;
    request.method = Method::ping;
    const Answer answer = co_await ask(std::move(request));
    co_return answer.event.identity_token;
}

} // namespace slipway::registry
