// SPDX-License-Identifier: LGPL-2.1-or-later
// Load: the images of an archive, all of them or none.
#pragma once

#include "engine/image/load_plan.hpp"
#include "engine/image/workshop.hpp"
#include "oci/platform.hpp"

#include <filesystem>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace slipway::engine {

struct LoadRequest {
    std::optional<oci::Platform> platform; // nothing: the host's
};

class Load {
  public:
    // WORKSHOP outlives it.
    Load(Workshop& workshop, JobRef job, LoadRequest request);
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;
    Load(Load&&) = delete;
    Load& operator=(Load&&) = delete;
    // Throws the archive's files away.
    ~Load();

    // ARCHIVE: from where it stands to its end. The images' IDs and names are the job's results.
    async::Task<> run(Fd archive);
    // After a failure of run(): layers that came for nothing.
    void clean();

  private:
    struct Layer {
        PlannedLayer planned;
        Digest chain_id;
        LayerClaim claim;
        std::uint64_t size = 0; // bytes of its tar, once it is there
    };

    async::Task<> extract(Fd archive);
    async::Task<> plan();
    async::Task<> unpack(Layer* layer);
    async::Task<> add(PlannedImage image);
    void tell(const Layer& layer, std::uint64_t done, std::string phase);
    std::filesystem::path file(const ArchivedFile& file) const;

    Workshop* workshop_;
    JobRef job_;
    LoadRequest request_;
    std::filesystem::path directory_; // under tmp/: the list, and the files below it
    std::vector<PlannedImage> images_;
    std::list<Layer> layers_; // of all images, each once, those below first
};

} // namespace slipway::engine
