// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks: names in the host's hosts file, for hosts that have no systemd-resolved.
#include "engine/network/hosts_file.hpp"
#include "engine/network/networks.hpp"
#include "log/log.hpp"

#include <algorithm>
#include <syslog.h>

namespace slipway::engine {

namespace {

constexpr const char* hosts_file_key = "hosts_file";

void check_hosts_file(const std::string& file)
{
    const bool has_controls =
        std::any_of(file.begin(), file.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    if (!file.starts_with('/') || file.ends_with('/') || has_controls)
        throw Failure{ErrorCode::invalid_argument, "'" + file + "' is no absolute path of a file"};
}

} // namespace

std::string Networks::hosts_file() const
{
    return store_->settings().find(hosts_file_key);
}

std::string Networks::hosts_text() const
{
    return hosts_block(names_.addresses());
}

void Networks::names_changed()
{
    if (!has_hosts_file_)
        has_hosts_file_ = !hosts_file().empty();
    if (!*has_hosts_file_)
        return;
    are_hosts_stale_ = true;
    if (!are_hosts_being_told_)
        tasks_->spawn(tell_hosts());
}

// One at a time; what changes meanwhile is told by one more round.
async::Task<> Networks::tell_hosts()
{
    are_hosts_being_told_ = true;
    while (are_hosts_stale_) {
        are_hosts_stale_ = false;
        const std::string file = hosts_file();
        if (file.empty())
            break;
        std::function<void()> deed = [file, text = hosts_text()] { write_hosts_block(file, text); };
        try {
            co_await hosts_writer_.run(std::move(deed));
        } catch (const Failure& failure) {
            log::line(LOG_WARNING, "names are not in the hosts file: %s", failure.message().c_str());
        }
    }
    are_hosts_being_told_ = false;
}

async::Task<> Networks::set_hosts_file(std::string file)
{
    if (own_ids_->is_users())
        throw Failure{ErrorCode::not_supported, "a user's engine has no names (docs/networking.md)"};
    const std::string before = hosts_file();
    if (!file.empty()) {
        check_hosts_file(file);
        // One that cannot be written is refused before it counts.
        std::function<void()> first = [file, text = hosts_text()] { write_hosts_block(file, text); };
        co_await hosts_writer_.run(std::move(first));
    }
    store_->settings().set(hosts_file_key, file);
    has_hosts_file_ = !file.empty();
    names_changed();
    const std::filesystem::path database = store_->database_file();
    std::function<void()> leave = [database, old = before == file ? std::string{} : before] {
        store::checkpoint(database);
        if (!old.empty())
            write_hosts_block(old, {});
    };
    co_await hosts_writer_.run(std::move(leave));
}

} // namespace slipway::engine
