// SPDX-License-Identifier: LGPL-2.1-or-later
// IndexPush: an index that was kept whole, to a registry as it came: all platforms, the same digest.
#pragma once

#include "engine/image/workshop.hpp"
#include "oci/manifest.hpp"
#include "registry/agent.hpp"

#include <map>
#include <string>
#include <vector>

namespace slipway::engine {

class IndexPush {
  public:
    // WORKSHOP and AGENT outlive it. MOUNT_FROM: repositories of the same registry that may have its blobs.
    IndexPush(Workshop& workshop, JobRef job, registry::Agent& agent, const Digest& index,
              std::vector<std::string> mount_from);

    // The digest there, which is the index's.
    async::Task<Digest> run(std::string tag);

  private:
    struct Document {
        std::string media_type;
        std::string bytes;
        Digest digest;
    };

    void find_documents();
    async::Task<> send(oci::Descriptor blob);

    Workshop* workshop_;
    JobRef job_;
    registry::Agent* agent_;
    Digest index_;
    std::vector<std::string> mount_from_;
    std::vector<Document> documents_; // those that name others before them
    std::map<std::string, oci::Descriptor> blobs_;
};

} // namespace slipway::engine
