// SPDX-License-Identifier: LGPL-2.1-or-later
// Pull: an image from a registry, its layers side by side, each unpacked while it comes.
#pragma once

#include "engine/image/workshop.hpp"
#include "oci/auth_file.hpp"
#include "oci/image_config.hpp"
#include "oci/manifest.hpp"
#include "oci/platform.hpp"
#include "oci/reference.hpp"
#include "registry/agent.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace slipway::engine {

struct PullRequest {
    std::string reference;
    std::optional<oci::Platform> platform; // nothing: the host's
    std::vector<oci::AuthFile> auths;      // asked in this order
};

// One pull, from the name to the image in the store.
class Pull {
  public:
    // WORKSHOP outlives it. Throws Failure for a name that means no image here.
    Pull(Workshop& workshop, JobRef job, PullRequest request);

    // The image's ID.
    async::Task<std::string> run();

  private:
    struct Layer {
        oci::Descriptor blob;
        Digest diff_id;
        Digest chain_id;
        std::uint64_t size = 0; // bytes of the tar, once it is there
    };

    async::Task<> connect();
    // The manifest for the platform, whatever index leads to it.
    async::Task<registry::PulledManifest> find_manifest();
    async::Task<std::string> fetch_config(oci::Descriptor config);
    async::Task<> fetch_layer(Layer* layer);
    async::Task<> make_layer(Layer* layer);
    async::Task<> download(const Layer* layer, Fd file, Fd pipe);
    void tell(const Layer& layer, std::uint64_t done, std::string phase);

    Workshop* workshop_;
    JobRef job_;
    PullRequest request_;
    oci::Reference reference_;
    std::unique_ptr<registry::Agent> agent_;
    std::vector<Layer> layers_; // lowest first
};

} // namespace slipway::engine
