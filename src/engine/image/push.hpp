// SPDX-License-Identifier: LGPL-2.1-or-later
// Push: an image to a registry, its layers side by side, as far as they are not there.
#pragma once

#include "engine/image/workshop.hpp"
#include "oci/auth_file.hpp"
#include "oci/manifest.hpp"
#include "oci/reference.hpp"
#include "registry/agent.hpp"

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace slipway::engine {

struct PushRequest {
    std::string image;                // by name or ID
    std::string destination;          // its name there
    std::vector<oci::AuthFile> auths; // asked in this order
};

class Push {
  public:
    // WORKSHOP outlives it.
    Push(Workshop& workshop, JobRef job, store::ImageRow image, oci::Reference destination,
         std::vector<oci::AuthFile> auths, std::optional<Digest> index);

    // The digest of the manifest there.
    async::Task<Digest> run();

  private:
    struct Layer {
        store::LayerRow row;
        LayerClaim claim;     // it stays for as long as this lasts
        oci::Descriptor blob; // as it came, then as it is sent
    };

    async::Task<> send_layer(Layer* layer);
    async::Task<> send_text(oci::Descriptor descriptor, std::string text);
    void tell(const Layer& layer, std::uint64_t done, std::string phase);

    Workshop* workshop_;
    JobRef job_;
    store::ImageRow image_;
    oci::Reference destination_;
    std::vector<oci::AuthFile> auths_;
    std::optional<Digest> index_; // sent instead of the image alone
    std::vector<std::string> mount_from_;
    std::unique_ptr<registry::Agent> agent_;
    std::list<Layer> layers_; // lowest first
};

} // namespace slipway::engine
