// SPDX-License-Identifier: LGPL-2.1-or-later
// Report: hints by kind of failure.
#include "slipway/report.hpp"

#include "base/file.hpp"
#include "bus/message.hpp"
#include "slipway/human.hpp"

#include <unistd.h>

namespace slipway::cli {

std::string_view hint_for(ErrorCode code)
{
    switch (code) {
    case ErrorCode::no_such_container:
        return "'slipway ps -a' lists the containers";
    case ErrorCode::no_such_image:
        return "'slipway image ls' lists the images, 'slipway pull REFERENCE' gets one from a registry";
    case ErrorCode::no_such_device:
        return "'slipway info' lists the CDI devices there are";
    case ErrorCode::name_taken:
        return "choose another name, or take it back with 'slipway rm NAME'";
    case ErrorCode::no_such_record:
        return "'slipway dns ls' lists the records and why they are there";
    case ErrorCode::image_in_use:
        return "'slipway ps -a' shows the containers made from it; remove them first";
    case ErrorCode::no_such_volume:
        return "'slipway volume ls' lists the volumes, 'slipway volume create NAME' makes one";
    case ErrorCode::no_such_secret:
        return "'slipway secret ls' lists the secrets, 'slipway secret create NAME FILE' makes one";
    case ErrorCode::volume_in_use:
        return "'slipway ps -a' shows the containers; remove those that have it first";
    case ErrorCode::invalid_mount:
        return "-v [SOURCE:]TARGET[:OPTION,…] takes a path that is there or a volume's name; slipway(1) has "
               "more";
    case ErrorCode::already_running:
        return "'slipway exec NAME COMMAND' runs something in it";
    case ErrorCode::not_running:
        return "'slipway start NAME' starts it";
    case ErrorCode::container_running:
        return "end it with 'slipway stop NAME', or use 'slipway rm -f NAME'";
    case ErrorCode::no_command:
        return "name one behind the image: 'slipway run IMAGE COMMAND'";
    case ErrorCode::access_denied:
        return "be root, or let polkit ask for a password: 'slipway --allow-interactive …'";
    case ErrorCode::unavailable:
    case ErrorCode::timed_out:
        return "'systemctl status slipwayd' shows the engine's state, 'journalctl -u slipwayd' its last "
               "words";
    case ErrorCode::start_failed:
    case ErrorCode::placement_failed:
    case ErrorCode::internal:
        return "'journalctl -u slipwayd' may say more";
    case ErrorCode::truncated_archive:
    case ErrorCode::unreadable_archive:
        return "is it a whole tar archive, plain or compressed by gzip, zstd, xz or bzip2?";
    case ErrorCode::registry_denied:
        return "does it exist? 'slipway login HOST' tells a registry who you are";
    case ErrorCode::registry_untrusted:
        return "its own CA belongs into /etc/slipway/certs.d/HOST/ca.crt";
    case ErrorCode::no_space:
        return "'slipway rm' and 'slipway image rm' make room";
    default:
        return {};
    }
}

namespace {

void replace_all(std::string& text, const std::string& from, const std::string& to)
{
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
}

std::string hint_for_users(std::string hint)
{
    for (const char* const program : {"slipway", "systemctl", "journalctl"})
        replace_all(hint, std::string{"'"} + program + " ", std::string{"'"} + program + " --user ");
    return hint;
}

} // namespace

std::string report_text(const Failure& failure, Detail detail, client::Reach reach)
{
    std::string text = "slipway: " + visible(failure.message());
    if (detail == Detail::debug) {
        if (const auto* remote = dynamic_cast<const bus::RemoteFailure*>(&failure); remote != nullptr)
            text += " [" + remote->name() + "]";
        else
            text += " [" + std::string{row_of(failure.code()).name} + " at " + failure.where().file_name() +
                    ":" + std::to_string(failure.where().line()) + "]";
    }
    text += '\n';
    // Where the message names a verb already it has said what to do.
    const bool is_advice = failure.message().find("slipway ") != std::string::npos;
    std::string hint{hint_for(failure.code())};
    if (reach == client::Reach::user)
        hint = failure.code() == ErrorCode::access_denied
                   ? ""
                   : hint_for_users(std::move(hint)); // polkit has no say
    if (!hint.empty() && !is_advice)
        text.append("hint: ").append(hint).append("\n");
    return text;
}

void complain(std::string_view text) noexcept
{
    try {
        write_all(STDERR_FILENO, text, "standard error");
    } catch (const std::exception&) {
        return;
    }
}

void complain(const Failure& failure, Detail detail, client::Reach reach) noexcept
{
    try {
        complain(report_text(failure, detail, reach));
    } catch (const std::exception&) {
        complain("slipway: out of memory\n");
    }
}

} // namespace slipway::cli
