// SPDX-License-Identifier: LGPL-2.1-or-later
// ContainerFiles: the files of containers on their way out. The bytes go from slipway-transfer to whoever
// asked.
#pragma once

#include "engine/container/lifecycle.hpp"
#include "engine/job/job.hpp"
#include "engine/transfer/transfers.hpp"

#include <memory>
#include <string>

namespace slipway::engine {

class ContainerFiles {
  public:
    // All outlive it.
    ContainerFiles(Lifecycle& lifecycle, Jobs& jobs, Transfers& transfers)
        : lifecycle_{&lifecycle}, jobs_{&jobs}, transfers_{&transfers}
    {
    }

    // Its root without what is mounted in it, as a tar to ARCHIVE.
    JobRef export_root(ContainerRef container, Fd archive);
    // What it has changed of its image, to OUTPUT (dbus/org.slipway.Engine1.Container.xml). Throws Failure.
    async::Task<> diff(ContainerRef container, Fd output);

  private:
    async::Task<std::string> do_export(JobRef job, ContainerRef container, std::shared_ptr<Fd> archive);
    async::Task<> send_root(JobRef job, ContainerRef container, std::shared_ptr<Fd> archive);

    Lifecycle* lifecycle_;
    Jobs* jobs_;
    Transfers* transfers_;
};

} // namespace slipway::engine
