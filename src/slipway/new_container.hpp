// SPDX-License-Identifier: LGPL-2.1-or-later
// NewContainer: the ID of a container that may be gone again before one can ask for it (run --detach --rm).
#pragma once

#include "client/engine.hpp"

#include <map>
#include <string>

namespace slipway::cli {

class NewContainer {
  public:
    // Listens from now on for containers that are made.
    explicit NewContainer(client::Engine& engine);
    NewContainer(const NewContainer&) = delete;
    NewContainer& operator=(const NewContainer&) = delete;
    NewContainer(NewContainer&&) = delete;
    NewContainer& operator=(NewContainer&&) = delete;
    ~NewContainer() = default;

    // The ID of the container at PATH: what was announced, or else what the engine says. Throws Failure.
    async::Task<std::string> find_id(std::string path) const;

  private:
    void added(bus::Message signal);

    client::Engine* engine_;
    std::map<std::string, std::string> ids_;
    bus::Slot slot_;
};

} // namespace slipway::cli
