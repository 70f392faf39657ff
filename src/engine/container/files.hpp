// SPDX-License-Identifier: LGPL-2.1-or-later
// ContainerFiles: the files of containers on their way out and in. The bytes go between slipway-transfer and
// whoever asked.
#pragma once

#include "engine/container/lifecycle.hpp"
#include "engine/job/job.hpp"
#include "engine/transfer/transfers.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace slipway::engine {

enum class LastLink { keep, follow };

struct CopyTarget {
    std::string path;
    bool keeps_owners = false; // of the archive
    bool is_archive = false;   // any, for a directory that is there; else the copy of one path
};

class ContainerFiles {
  public:
    // All outlive it.
    ContainerFiles(Lifecycle& lifecycle, Jobs& jobs, Transfers& transfers)
        : lifecycle_{&lifecycle}, jobs_{&jobs}, transfers_{&transfers}
    {
    }

    // Its root without what is mounted in it, as a tar to ARCHIVE.
    JobRef export_root(ContainerRef container, Fd archive);
    // What PATH names in it, its mounts included, as a tar to ARCHIVE.
    JobRef copy_from(ContainerRef container, const std::string& path, LastLink last, Fd archive);
    // The reverse.
    JobRef copy_to(ContainerRef container, CopyTarget target, Fd archive);
    // What it has changed of its image, to OUTPUT (dbus/org.slipway.Engine1.Container.xml). Throws Failure.
    async::Task<> diff(ContainerRef container, Fd output);

  private:
    struct Sending {
        ViewOf what;
        std::vector<std::string> words; // of slipway-transfer's command "pack"
        std::shared_ptr<Fd> archive;
    };
    JobRef start(const char* kind, std::function<async::Task<>(JobRef job)> work);
    static async::Task<std::string> finish(JobRef job, std::function<async::Task<>(JobRef job)> work);
    async::Task<> send(JobRef job, ContainerRef container, Sending sending);
    async::Task<> receive(JobRef job, ContainerRef container, CopyTarget target, std::shared_ptr<Fd> archive);

    Lifecycle* lifecycle_;
    Jobs* jobs_;
    Transfers* transfers_;
};

} // namespace slipway::engine
