// SPDX-License-Identifier: LGPL-2.1-or-later
// Pull: an image from a registry, its layers side by side, each unpacked while it comes.
#pragma once

#include "engine/image/index_pull.hpp"
#include "engine/image/layer_pull.hpp"
#include "engine/image/workshop.hpp"
#include "oci/auth_file.hpp"
#include "oci/image_config.hpp"
#include "oci/manifest.hpp"
#include "oci/platform.hpp"
#include "oci/reference.hpp"
#include "registry/agent.hpp"

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace slipway::engine {

struct PullRequest {
    std::string reference;
    std::optional<oci::Platform> platform; // nothing: the host's
    std::vector<oci::AuthFile> auths;      // asked in this order
    bool is_for_all = false;               // what an index has for other platforms is kept too
};

// One pull, from the name to the image in the store.
class Pull {
  public:
    // WORKSHOP outlives it.
    Pull(Workshop& workshop, JobRef job, oci::Reference reference, PullRequest request);

    // The image's ID.
    async::Task<std::string> run();
    // After a failure of run(): what no later pull would need.
    void clean();

  private:
    // The manifest for the platform, whatever index leads to it.
    async::Task<registry::PulledManifest> find_manifest();
    async::Task<std::string> fetch_config(oci::Descriptor config);
    void check_if_not_chosen(const oci::ImageConfig& config) const;
    void plan(const oci::Manifest& manifest, const oci::ImageConfig& config);
    async::Task<> fetch_layers();
    // What the name is to mean besides the image.
    std::optional<KeptIndex> kept_index() const;

    Workshop* workshop_;
    JobRef job_;
    oci::Reference reference_;
    PullRequest request_;
    bool was_chosen_ = false; // by an index, for the platform
    std::unique_ptr<registry::Agent> agent_;
    std::list<LayerPull> layers_;                 // lowest first
    std::optional<registry::PulledManifest> top_; // the index that the name means
    std::optional<IndexPull> index_;              // to be kept whole
};

} // namespace slipway::engine
