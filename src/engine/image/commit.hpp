// SPDX-License-Identifier: LGPL-2.1-or-later
// Commit: what a container has changed becomes a layer, and container and layer an image.
#pragma once

#include "engine/container/lifecycle.hpp"
#include "engine/image/workshop.hpp"
#include "oci/image_config.hpp"
#include "oci/manifest.hpp"

#include <string>
#include <vector>

namespace slipway::engine {

// Of one that runs, while its files are read.
enum class Pausing { no, yes };

struct CommitRequest {
    std::string name;                 // of the image; may be empty
    std::vector<std::string> changes; // oci/config_change.hpp
    std::string comment;
    std::string author;
    Pausing pausing = Pausing::yes;
};

// PARENT, and what SPEC sets otherwise, as the configuration of an image; neither layers nor history are
// changed.
oci::ImageConfig committed_config(oci::ImageConfig parent, const ContainerSpec& spec);

// Of an image of PARENT's layers, as its MANIFEST has them, and LAYER above.
oci::Manifest committed_manifest(const oci::Manifest& manifest, const store::ImageRow& parent,
                                 const oci::Descriptor& layer);

class Commit {
  public:
    // All outlive it.
    Commit(Workshop& workshop, Lifecycle& lifecycle, JobRef job, ContainerRef container,
           CommitRequest request);
    Commit(const Commit&) = delete;
    Commit& operator=(const Commit&) = delete;
    Commit(Commit&&) = delete;
    Commit& operator=(Commit&&) = delete;
    ~Commit() = default;

    // The image's ID. Throws Failure.
    async::Task<std::string> run();

  private:
    async::Task<> read_files();
    async::Task<> make_layer();
    async::Task<std::string> add_image();

    Workshop* workshop_;
    Lifecycle* lifecycle_;
    JobRef job_;
    ContainerRef container_;
    CommitRequest request_;
    Draft draft_;
    std::optional<Unpacked> layer_;
    std::optional<Packed> packed_;
};

} // namespace slipway::engine
