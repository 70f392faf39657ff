// SPDX-License-Identifier: LGPL-2.1-or-later
// Save: images into an archive, written member by member by one slipway-transfer after the other.
#pragma once

#include "engine/image/archive_texts.hpp"
#include "engine/image/workshop.hpp"

#include <list>
#include <string>
#include <vector>

namespace slipway::engine {

struct SaveRequest {
    std::vector<std::string> images; // by name or ID
    std::string format = "docker-archive";
};

class Save {
  public:
    // WORKSHOP outlives it. ARCHIVE: a file, a pipe or a socket, from where it stands.
    Save(Workshop& workshop, JobRef job, Fd archive, ArchiveFormat format, std::vector<ImageToSave> images);

    // Until the archive is whole. After a failure what was written is none.
    async::Task<> run();

  private:
    struct Layer {
        store::LayerRow row;
        LayerClaim claim; // it stays for as long as this lasts
    };

    async::Task<> write_layer(const Layer* layer);
    async::Task<> write_texts();
    void tell(const store::LayerRow& layer, std::uint64_t done, std::string phase);

    Workshop* workshop_;
    JobRef job_;
    Fd archive_;
    ArchiveFormat format_;
    std::vector<ImageToSave> images_;
    std::list<Layer> layers_; // each archive once
};

} // namespace slipway::engine
