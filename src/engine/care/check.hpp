// SPDX-License-Identifier: LGPL-2.1-or-later
// StoreCheck: one check of the whole store, with repairs if they are wished.
//
// Others go on meanwhile, and the store is never locked: what comes or goes is told from what is wrong by a
// second look, on the engine's thread and with no wait before what is done about it.
#pragma once

#include "async/worker.hpp"
#include "engine/care/finding.hpp"
#include "engine/container/lifecycle.hpp"
#include "engine/image/workshop.hpp"
#include "engine/volume/keeper.hpp"
#include "oci/auth_file.hpp"
#include "oci/image_config.hpp"
#include "registry/agent.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace slipway::engine {

struct CheckRequest {
    bool repairs = false;
    std::vector<oci::AuthFile> auths; // asked in this order, for what is pulled again
};

class StoreCheck {
  public:
    // All that it works with outlives it.
    StoreCheck(Workshop& workshop, Lifecycle& lifecycle, VolumeKeeper& volumes, async::Workers& workers,
               JobRef job, CheckRequest request)
        : workshop_{&workshop}, store_{workshop.store}, lifecycle_{&lifecycle}, volumes_{&volumes},
          workers_{&workers}, job_{std::move(job)}, request_{std::move(request)}
    {
    }

    // The findings are in the job; its last phase says what was looked at.
    async::Task<> run();

  private:
    struct Image {
        store::ImageRow row;
        std::optional<oci::ImageConfig> config; // nothing where it is damaged
        std::vector<store::LayerRow> layers;    // as the configuration says; sizes once they are known
        std::vector<std::size_t> findings;      // of its parts that are to be got again
    };
    struct Layer {
        Digest diff_id;
        std::vector<std::string> images;
        std::optional<std::size_t> finding; // it is damaged
        std::uint64_t size = 0;
    };

    async::Task<std::vector<std::string>> damage_of_database();
    async::Task<> check_database();
    async::Task<> settle_database();
    async::Task<> check_blobs();
    void plan_layers();
    async::Task<> check_layers();
    async::Task<> check_layer(std::string chain_id, Layer* layer);
    void check_rows();
    async::Task<> check_containers();
    void check_volumes();
    void check_strays();

    async::Task<> repair_images();
    async::Task<> repair_image(Image* image);
    async::Task<> renew(Image* image, std::string reference);
    async::Task<std::string> text_of(registry::Agent* agent, Digest digest, std::uint64_t size);
    void refuse_use(const Digest& layer) const;

    std::size_t find(Fault fault, std::string place, std::string message,
                     std::vector<std::string> images = {});
    void settle(std::size_t finding, std::string outcome);
    void tell(std::string phase);
    // Where the row of an image is gone that a container has, nobody knows what belongs to it.
    bool has_container_without_image() const;

    Workshop* workshop_;
    store::Store* store_;
    Lifecycle* lifecycle_;
    VolumeKeeper* volumes_;
    async::Workers* workers_;
    JobRef job_;
    CheckRequest request_;
    std::vector<Image> images_;
    std::map<std::string, Layer> layers_; // by chain ID
    std::uint64_t done_ = 0;
    std::uint64_t total_ = 0;
    std::size_t blobs_ = 0;
};

} // namespace slipway::engine
