// SPDX-License-Identifier: LGPL-2.1-or-later
// IndexPull: a whole image index brought into the store as it is: documents and blobs of all platforms, so
// that it can be pushed, to the byte, wherever it is to go.
#pragma once

#include "engine/image/workshop.hpp"
#include "oci/manifest.hpp"
#include "registry/agent.hpp"

#include <map>
#include <string>
#include <vector>

namespace slipway::engine {

class IndexPull {
  public:
    // WORKSHOP and AGENT outlive it. TOP: the index that the name means.
    IndexPull(Workshop& workshop, JobRef job, registry::Agent& agent, registry::PulledManifest top);

    // Until the store has all of it; may be called again for what went away meanwhile.
    async::Task<> run();
    // For a layer that is to be unpacked: its blob, where a pull looks for the part that is there already.
    void offer(const Digest& blob, const Digest& chain_id) const;

    const Digest& digest() const noexcept { return top_.digest; }
    // All of it, the index included; once run() has been there.
    std::vector<Digest> blobs() const;

  private:
    async::Task<> find_documents();
    async::Task<> fetch(oci::Descriptor blob);

    Workshop* workshop_;
    JobRef job_;
    registry::Agent* agent_;
    registry::PulledManifest top_;
    std::map<std::string, std::string> documents_; // bytes by digest
    std::map<std::string, oci::Descriptor> blobs_; // by digest
};

} // namespace slipway::engine
