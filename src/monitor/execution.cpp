// SPDX-License-Identifier: LGPL-2.1-or-later
// Execution: the launcher's events, the process's end, and what must be out
// before that counts.
#include "monitor/execution.hpp"

#include "base/failure.hpp"

#include <csignal>
#include <fcntl.h>
#include <sys/ioctl.h>

namespace slipway::monitor {

namespace {

// Output from somebody outside the container, who got hold of a pipe, is not
// waited for longer than this.
constexpr std::chrono::seconds drain_interval{1};
constexpr int most_drain_rounds = 10;

// A client that takes nothing for so long after the end is given up.
constexpr std::chrono::seconds client_patience{10};

Fd open_null()
{
    return Fd{check(::open("/dev/null", O_RDWR | O_CLOEXEC), "open", "/dev/null")};
}

} // namespace

Execution::Execution(Loop& loop, Launchers& launchers, Order order, Events events)
    : loop_{loop}, events_{std::move(events)}, log_{order.log}, session_{loop,
                                                                         std::move(order.attachment.session),
                                                                         [this](const SessionRequest& r) {
                                                                             handle(r);
                                                                         }},
      begin_{Clock::now()}, drain_timer_{loop, [this] { stop_draining(); }},
      flush_timer_{loop, [this] { for_each_output([](Output& output) { output.abandon_client(); }); }}
{
    try {
        launch(launchers.take(), order);
    } catch (const Failure& failure) {
        session_.tell(failed_text(failure));
        throw;
    }
}

void Execution::launch(Launcher launcher, Order& order)
{
    Attachment& client = order.attachment;
    const Fd null = open_null();
    const int request = order.request.number();
    const auto number_or_null = [&null](const Fd& fd) { return fd ? fd.number() : null.number(); };
    if (order.terminal == Terminal::wanted) {
        client_input_ = std::move(client.input);
        client_output_ = std::move(client.output);
        const int nothing = null.number();
        launcher.begin(nothing, nothing, nothing, request, client.listening);
    } else if (log_ == nullptr) {
        launcher.begin(number_or_null(client.input), number_or_null(client.output),
                       number_or_null(client.error), request, client.listening);
    } else {
        FdPair output = make_pipe();
        FdPair error = make_pipe();
        launcher.begin(number_or_null(client.input), output.second.number(), error.second.number(), request,
                       client.listening);
        StreamLog output_log = log_->stream(LogStream::standard_output, client.output);
        StreamLog error_log = log_->stream(LogStream::standard_error, client.error);
        output_ = make_output(std::move(output.first), Output::Source::pipe, std::move(output_log),
                              std::move(client.output));
        error_ = make_output(std::move(error.first), Output::Source::pipe, std::move(error_log),
                             std::move(client.error));
    }
    launch_ = std::make_unique<Launch>(loop_, std::move(launcher), launch_events());
    mark("launcher");
}

Launch::Events Execution::launch_events()
{
    return {.ready =
                [this](Timings timings) {
                    timings_.insert(timings_.end(), timings.begin(), timings.end());
                    mark("ready");
                    is_ready_ = true;
                    if (cgroups_)
                        launch_->go(*cgroups_);
                },
            .born =
                [this](Process process) {
                    mark("born");
                    process_ = std::move(process);
                    const std::string mounts = "/proc/" + std::to_string(process_.pid) + "/ns/mnt";
                    mounts_ = Fd{::open(mounts.c_str(), O_RDONLY | O_CLOEXEC)}; // none if it has ended
                    events_.born();
                },
            .terminal = [this](Fd master) { take_terminal(std::move(master)); },
            .created = events_.created,
            .executed = [this] { start(); },
            .failed = [this](const Failure& failure) { fail(failure); }};
}

void Execution::permit(std::vector<int> cgroups)
{
    cgroups_ = std::move(cgroups);
    mark("placed");
    if (is_ready_ && phase_ == Phase::launching)
        launch_->go(*cgroups_);
}

// Microseconds since the beginning, beside the launcher's own steps.
void Execution::mark(const char* step)
{
    const auto elapsed = std::chrono::duration_cast<Microseconds>(Clock::now() - begin_);
    timings_.emplace_back(std::string{"monitor."} + step, static_cast<std::uint64_t>(elapsed.count()));
}

void Execution::start()
{
    mark("executed");
    phase_ = Phase::running;
    started_at_ = now();
    events_.started(*this);
    session_.tell(session_started_text(process_.pid));
    for (const int signal : std::exchange(early_signals_, {}))
        process_.send_signal(signal);
    if (ending_)
        begin_ending();
}

void Execution::fail(const Failure& failure)
{
    abort(failure);
    events_.failed(failure);
}

void Execution::abort(const Failure& reason)
{
    if (!is_launching())
        return;
    phase_ = Phase::failed;
    launch_->abort();
    process_.send_signal(SIGKILL);
    output_.reset();
    error_.reset();
    input_.reset();
    session_.tell(failed_text(reason));
    session_.close();
}

void Execution::send_signal(int signal)
{
    if (is_launching())
        early_signals_.push_back(signal);
    else if (phase_ == Phase::running)
        process_.send_signal(signal);
}

void Execution::take_terminal(Fd master)
{
    terminal_ = std::move(master);
    session_.receive_waiting(); // its size may be there
    if (size_)
        resize(*size_);
    std::optional<StreamLog> log;
    if (log_ != nullptr)
        log.emplace(log_->stream(LogStream::console, client_output_));
    output_ = make_output(terminal_.duplicate(), Output::Source::terminal, std::move(log),
                          std::move(client_output_));
    input_ = std::make_unique<Input>(loop_, std::move(client_input_), terminal_.duplicate());
}

void Execution::handle(const SessionRequest& request)
{
    if (const auto* signal = std::get_if<Signal>(&request); signal != nullptr)
        send_signal(signal->number);
    if (const auto* size = std::get_if<Resize>(&request); size != nullptr)
        resize(*size);
}

void Execution::resize(Resize size)
{
    size_ = size;
    if (!terminal_)
        return;
    winsize window{};
    window.ws_row = size.rows;
    window.ws_col = size.columns;
    ::ioctl(terminal_.number(), TIOCSWINSZ, &window);
}

std::unique_ptr<Output> Execution::make_output(Fd source, Output::Source kind, std::optional<StreamLog> log,
                                               Fd client)
{
    return std::make_unique<Output>(loop_, std::move(source), kind, std::move(log), std::move(client),
                                    [this] { advance(); });
}

template <typename Deed>
void Execution::for_each_output(Deed deed)
{
    for (const auto& output : {output_.get(), error_.get()})
        if (output != nullptr)
            deed(*output);
}

void Execution::resume_output()
{
    for_each_output([](Output& output) { output.resume(); });
}

void Execution::end(const Ending& ending)
{
    ending_ = ending;
    // Before the launcher's conversation has ended it is not known whether
    // execve(2) has happened.
    if (phase_ == Phase::running)
        begin_ending();
}

void Execution::begin_ending()
{
    phase_ = Phase::ended;
    input_.reset();
    events_.ended(*ending_);
    drain_timer_.start(drain_interval);
    for_each_output([](Output& output) { output.expect_end(); });
    for_each_output([this](Output& output) { drained_bytes_ += output.bytes_read(); });
    advance();
}

// Each second after the end: a source without news is left, since nobody of the
// container can hold it.
void Execution::stop_draining()
{
    std::uint64_t bytes = 0;
    bool is_held_up = false;
    for_each_output([&](Output& output) {
        bytes += output.bytes_read();
        is_held_up = is_held_up || output.is_held_up();
    });
    const bool has_news =
        bytes != std::exchange(drained_bytes_, bytes) && ++drain_rounds_ < most_drain_rounds;
    if (has_news || is_held_up)
        drain_timer_.start(drain_interval);
    else
        for_each_output([](Output& output) { output.abandon_source(); });
}

void Execution::advance()
{
    if (phase_ != Phase::ended)
        return;
    bool is_drained = true;
    bool is_flushed = true;
    for_each_output([&](Output& output) {
        is_drained = is_drained && output.is_drained();
        is_flushed = is_flushed && output.is_flushed();
    });
    if (is_drained && !was_drained_) {
        was_drained_ = true;
        drain_timer_.stop();
        events_.drained(*ending_);
    }
    if (is_flushed) {
        phase_ = Phase::finished;
        flush_timer_.stop();
        session_.tell(exited_text(*ending_));
        session_.close();
        events_.finished(*ending_);
        mounts_.reset();
    } else {
        // Called again whenever the client has taken something.
        flush_timer_.start(client_patience);
    }
}

} // namespace slipway::monitor
