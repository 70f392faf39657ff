// SPDX-License-Identifier: LGPL-2.1-or-later
// A project in the foreground: its log, the ends of its containers, and signals, whatever comes next.
#include "slipway/compose_foreground.hpp"

#include "client/job.hpp"
#include "slipway/compose_services.hpp"
#include "slipway/last_ends.hpp"
#include "slipway/log_reading.hpp"
#include "slipway/signal_inbox.hpp"

#include <algorithm>

namespace slipway::cli {

namespace {

// One container that is looked after.
struct Attended {
    // Its ends before BEGUN_USEC are not told of.
    Attended(client::Engine& engine, client::ContainerInfo its_info, std::uint64_t begun_usec)
        : info{std::move(its_info)}, proxy{engine, info.path}
    {
        told_usec = info.finished_usec < begun_usec ? info.finished_usec : 0;
        wait_for_next(told_usec);
    }

    void wait_for_next(std::uint64_t after_usec)
    {
        end = proxy.next_end(after_usec);
        end.start();
    }

    client::ContainerInfo info;
    client::Container proxy;
    async::Task<client::Container::End> end;
    std::uint64_t told_usec = 0; // the last end that was told of
    std::optional<int> status;   // once nothing brings it back
};

class Foreground {
  public:
    Foreground(Context& context, const ForegroundWish& wish)
        : context_{&context}, wish_{&wish}, inbox_{SIGINT, SIGTERM, SIGHUP},
          lines_{lines_on_terminal(wish.has_prefix, wish.has_colour)}, jobs_{context.engine(), {}}
    {
        sd_event_source* source = nullptr;
        check_negative(sd_event_add_io(context.loop().bare(), &source, inbox_.number(), EPOLLIN,
                                       &Foreground::signal_came, this),
                       "listen for signals");
        source_ = async::Source{source};
    }

    int run()
    {
        const std::vector<std::string> ids = attend();
        if (ids.empty())
            return 0;
        LogsWish logs;
        logs.since = wish_->begun;
        logs.stamps = wish_->stamps;
        LogReading reading{*context_, ids, logs,
                           [this](const std::string& id, LogEntry::Kind kind, std::string_view bytes) {
                               if (shown_.contains(id))
                                   lines_.write(id, kind, bytes);
                           }};
        reading.write_present();
        reading.follow([this] { return is_over(); });
        std::vector<client::ContainerInfo> infos;
        infos.reserve(attended_.size());
        for (const auto& one : attended_)
            infos.push_back(one->info);
        reading.await_rest(last_starts(*context_, infos));
        if (stop_failure_)
            throw *stop_failure_;
        return status();
    }

  private:
    std::vector<std::string> attend()
    {
        std::vector<std::string> ids;
        const auto is_silent = [this](const std::string& service) {
            return std::find(wish_->silent.begin(), wish_->silent.end(), service) != wish_->silent.end();
        };
        for (client::ContainerInfo& info :
             containers_of(*context_, wish_->group, wish_->services, Among::all)) {
            // What this coming up has left as it was is none of its containers.
            if (info.state == "created" || (!info.may_go_on() && info.finished_usec < to_usec(wish_->begun)))
                continue;
            if (!is_silent(info.member))
                shown_[info.id] = short_name(info);
            ids.push_back(info.id);
            attended_.push_back(
                std::make_unique<Attended>(context_->engine(), std::move(info), to_usec(wish_->begun)));
        }
        lines_.name(shown_);
        return ids;
    }

    // Looks at what has come meanwhile, and acts on it.
    bool is_over()
    {
        for (const auto& one : attended_)
            if (!one->status && one->end.is_done())
                ended(*one);
        if (signals_ > 0)
            stop_all();
        if (signals_ > 1)
            kill_all();
        if (stopping_ && stopping_.is_done() && !is_stopped_) {
            is_stopped_ = true;
            try {
                stopping_.take();
            } catch (const Failure& failure) {
                stop_failure_ = failure;
                return true;
            }
        }
        return std::all_of(attended_.begin(), attended_.end(),
                           [](const auto& one) { return one->status.has_value(); });
    }

    void ended(Attended& one)
    {
        client::Container::End end;
        try {
            end = one.end.take();
        } catch (const Failure& failure) {
            // Removed by somebody: that is an end too.
            if (failure.code() != ErrorCode::no_such_container)
                throw;
        }
        if (end.is_last)
            one.status = end.status;
        else
            one.wait_for_next(end.at_usec);
        const std::string name = short_name(one.info);
        if (std::exchange(one.told_usec, end.at_usec) == end.at_usec && end.at_usec != 0) {
            complain(name + " is not started anew\n");
            return;
        }
        complain(name + " ended with status " + std::to_string(end.status) +
                 (end.is_last ? "\n" : " (restarting)\n"));
        using Ends = ForegroundWish::Ends;
        if (wish_->ends == Ends::when_all_end || (wish_->ends == Ends::when_any_fails && end.status == 0))
            return;
        if (!first_status_)
            first_status_ = end.status;
        stop_all();
    }

    void stop_all()
    {
        if (stopping_)
            return;
        if (signals_ > 0)
            complain("slipway: stopping; once more kills them\n");
        stopping_ = stop();
        stopping_.start();
    }

    async::Task<> stop()
    {
        client::Manager manager{context_->engine()};
        std::string path = co_await manager.find_group(wish_->group);
        client::Group group{context_->engine(), std::move(path)};
        client::Group::Halt halt;
        halt.only = wish_->services;
        halt.timeout = wish_->stop_timeout;
        std::string job = co_await group.stop(std::move(halt));
        co_await jobs_.wait(std::move(job));
    }

    void kill_all()
    {
        if (!kills_.empty())
            return;
        kills_.reserve(attended_.size());
        for (const auto& one : attended_)
            if (!one->status) {
                kills_.push_back(one->proxy.kill("SIGKILL"));
                kills_.back().start();
            }
    }

    int status() const
    {
        for (const auto& one : attended_)
            if (wish_->status_from == one->info.member)
                return one->status.value_or(0);
        if (signals_ > 0)
            return 128 + last_signal_;
        return first_status_.value_or(0);
    }

    static int signal_came(sd_event_source*, int, std::uint32_t, void* userdata)
    {
        auto* const self = static_cast<Foreground*>(userdata);
        while (const std::optional<int> signal = self->inbox_.take()) {
            self->last_signal_ = *signal;
            ++self->signals_;
        }
        return 0;
    }

    Context* context_;
    const ForegroundWish* wish_;
    SignalInbox inbox_;
    async::Source source_;
    ServiceLines lines_;
    client::JobWatch jobs_;
    std::vector<std::unique_ptr<Attended>> attended_;
    std::map<std::string, std::string> shown_; // short names, by ID
    async::Task<> stopping_;
    bool is_stopped_ = false;
    std::vector<async::Task<>> kills_;
    std::optional<Failure> stop_failure_;
    std::optional<int> first_status_;
    int signals_ = 0;
    int last_signal_ = 0;
};

} // namespace

int stay_in_foreground(Context& context, const ForegroundWish& wish)
{
    return Foreground{context, wish}.run();
}

} // namespace slipway::cli
