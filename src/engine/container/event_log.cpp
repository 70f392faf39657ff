// SPDX-License-Identifier: LGPL-2.1-or-later
// The engine's events of a container, sent by sd_journal_send(3). The monitor itself logs how it ended.
#include "engine/container/event_log.hpp"

#include "base/id.hpp"
#include "base/message_id.hpp"
#include "engine/container/container.hpp"
#include "placement/placement.hpp"

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include <syslog.h>
#include <unistd.h>

namespace slipway::engine {

namespace {

struct Words {
    std::string_view deed;
    std::string_view message_id;
};

Words words_of(ContainerEvent event)
{
    switch (event) {
    case ContainerEvent::created:
        return {"created", message_id::container_created};
    case ContainerEvent::started:
        return {"started", message_id::container_started};
    case ContainerEvent::removed:
        return {"removed", message_id::container_removed};
    }
    return {};
}

} // namespace

void log_event(const Container& container, ContainerEvent event) noexcept
{
    try {
        const Words words = words_of(event);
        // A user's systemd has no units of the machine's (systemd.journal-fields(7)).
        const std::string field =
            (::geteuid() == 0 ? "OBJECT_SYSTEMD_UNIT=" : "USER_UNIT=") + unit_of(container);
        sd_journal_send("MESSAGE=Container %s %s", container.name().c_str(), std::string{words.deed}.c_str(),
                        "PRIORITY=%i", LOG_INFO, "MESSAGE_ID=%s", std::string{words.message_id}.c_str(),
                        "SYSLOG_IDENTIFIER=slipwayd", "CONTAINER_NAME=%s", container.name().c_str(),
                        "CONTAINER_ID=%s", short_id(container.id()).c_str(), "CONTAINER_ID_FULL=%s",
                        container.id().c_str(), "IMAGE_NAME=%s", container.row.image_name.c_str(), "%s",
                        field.c_str(), nullptr);
    } catch (const std::exception&) {
        return;
    }
}

} // namespace slipway::engine
