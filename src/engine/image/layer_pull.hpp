// SPDX-License-Identifier: LGPL-2.1-or-later
// LayerPull: one layer of a pull, from the registry to its place in the store, unpacked while it comes.
#pragma once

#include "engine/image/workshop.hpp"
#include "oci/manifest.hpp"
#include "registry/agent.hpp"

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>

namespace slipway::engine {

// After a failure of this kind the next pull can use what is there already.
bool is_passing(ErrorCode code);

class LayerPull {
  public:
    // WORKSHOP and AGENT outlive it. BLOB: the archive as the registry has it.
    LayerPull(Workshop& workshop, JobRef job, registry::Agent& agent, oci::Descriptor blob, Digest diff_id,
              const Digest& chain_id);

    // Until the layer is in the store, whoever brings it there. Cancelled, it leaves what it has of the blob
    // for the next one.
    async::Task<> run();
    // In place of a damaged layer or a lost one: fetched in any case. At the last moment CHECK_UNUSED throws
    // where somebody uses what is there.
    async::Task<> renew(std::function<void()> check_unused);

    // Bytes of the tar, once it is there.
    store::LayerRow row() const { return {chain_id_, diff_id_, size_}; }

  private:
    class Partial;

    async::Task<> make();
    async::Task<> make_again_if_wrong();
    async::Task<> unpack(Draft* draft, Fd pipe, std::exception_ptr* failure);
    async::Task<> download(Fd file, Fd pipe, std::exception_ptr* failure);
    async::Task<> verify(Fd file);
    void tell(std::uint64_t done, std::string phase);

    Workshop* workshop_;
    JobRef job_;
    registry::Agent* agent_;
    oci::Descriptor blob_;
    Digest diff_id_;
    Digest chain_id_;
    LayerClaim claim_;
    std::uint64_t size_ = 0;
    std::unique_ptr<Draft> draft_; // once it is made
    Unpacked unpacked_{Digest::of_hex({}), 0, false};
};

} // namespace slipway::engine
