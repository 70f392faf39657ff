// SPDX-License-Identifier: LGPL-2.1-or-later
// The engine's events of a container, as journal entries that the message catalog explains.
#pragma once

namespace slipway::engine {

struct Container;

enum class ContainerEvent {
    created,
    started,
    removed,
};

// Never fails: an entry may be lost with the journal, no container may be.
void log_event(const Container& container, ContainerEvent event) noexcept;

} // namespace slipway::engine
