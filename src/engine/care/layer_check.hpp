// SPDX-License-Identifier: LGPL-2.1-or-later
// LayerCheck: whether a layer is still what was unpacked.
//
// Its files and its recipe make the archive again, whose digest tells of every byte of content. What the
// archive says of names, owners, modes, times and attributes is in the recipe, not in the files; so the
// archive is unpacked beside, with holes for content, and both directories are compared.
#pragma once

#include "engine/image/workshop.hpp"

#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace slipway::engine {

struct LayerVerdict {
    std::optional<std::string> fault; // nothing: it is whole
    std::uint64_t size = 0;           // bytes of its tar, where it is whole
};

class LayerCheck {
  public:
    // WORKSHOP outlives it. PROGRESS is told bytes of the tar.
    LayerCheck(Workshop& workshop, const Digest& chain_id, const Digest& diff_id,
               std::function<void(std::uint64_t)> progress)
        : workshop_{&workshop}, chain_id_{chain_id}, diff_id_{diff_id}, progress_{std::move(progress)}
    {
    }

    // Throws Failure for what is not the layer's fault: no_space, cancelled.
    async::Task<LayerVerdict> run();

  private:
    enum class Names { of_a_layer, as_they_are };

    async::Task<LayerVerdict> compare(Names names);
    async::Task<> assemble(const store::LayerParts* parts, Fd pipe, std::exception_ptr* failure);
    async::Task<> unpack(Draft* draft, Fd pipe, Names names, std::exception_ptr* failure);

    Workshop* workshop_;
    Digest chain_id_;
    Digest diff_id_;
    std::function<void(std::uint64_t)> progress_;
    Unpacked unpacked_{Digest::of_hex({}), 0, false};
};

} // namespace slipway::engine
