// SPDX-License-Identifier: LGPL-2.1-or-later
// View: a container's files, for as long as somebody reads or writes them; seen as the container sees them.
#pragma once

#include "base/fd.hpp"
#include "engine/container/container.hpp"

#include <utility>

namespace slipway::engine {

enum class ViewOf {
    root, // without what is mounted below it
    all,  // with its volumes and binds, and what else a running one has mounted
};

// While one lives the container is not started: two overlays would share the directories of one.
class ViewHold {
  public:
    ViewHold() = default;
    explicit ViewHold(ContainerRef container) : container_{std::move(container)} { ++container_->views; }
    ViewHold(ViewHold&&) noexcept = default;
    ViewHold& operator=(ViewHold&&) = delete;
    ViewHold(const ViewHold&) = delete;
    ViewHold& operator=(const ViewHold&) = delete;
    ~ViewHold()
    {
        if (!container_)
            return;
        if (--container_->views == 0 && container_->is_at_rest())
            container_->shows_volumes = false;
        container_->changed.notify();
    }

  private:
    ContainerRef container_;
};

struct View {
    ViewHold hold;
    Fd users;  // the user namespace whose IDs the files have; not open: the host's
    Fd mounts; // keeps what is mounted below the root
    Fd root;
};

} // namespace slipway::engine
