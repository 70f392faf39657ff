// SPDX-License-Identifier: LGPL-2.1-or-later
// Gallery: images imported, found and removed.
#pragma once

#include "engine/image/commit.hpp"
#include "engine/image/enquiry.hpp"
#include "engine/image/load.hpp"
#include "engine/image/pull.hpp"
#include "engine/image/push.hpp"
#include "engine/image/save.hpp"
#include "engine/image/workshop.hpp"

#include <string>
#include <vector>

namespace slipway::engine {

struct HistoryLine {
    std::string created; // RFC 3339, may be empty
    std::string created_by;
    std::string comment;
    std::uint64_t size; // bytes of its layer's tar, 0 for a step without one
};

class Gallery {
  public:
    explicit Gallery(Workshop workshop) : workshop_{std::move(workshop)} {}

    Workshop& workshop() noexcept { return workshop_; }

    // ARCHIVE becomes an image of one layer called REFERENCE. Throws Failure{invalid_reference,
    // invalid_argument} for what can be known at once; the rest is the job's.
    JobRef import(Fd archive, const std::string& reference, std::vector<std::string> changes);
    // What a registry has under this name. Throws what can be known at once; the rest is the job's.
    JobRef pull(PullRequest request);
    // To a registry. Throws what can be known at once; the rest is the job's.
    JobRef push(PushRequest request);
    // Into an archive, which is closed at the end. Throws what can be known at once; the rest is the job's.
    JobRef save(Fd archive, const SaveRequest& request);
    // All images of an archive, or none.
    JobRef load(Fd archive, LoadRequest request);
    // What registries are only asked (enquiry.hpp).
    async::Task<oci::Credentials> log_in(std::string registry, std::vector<oci::AuthFile> auths);
    async::Task<std::vector<std::string>> list_tags(std::string repository, std::vector<oci::AuthFile> auths);
    async::Task<Referrers> list_referrers(std::string reference, std::string artifact_type,
                                          std::vector<oci::AuthFile> auths);
    async::Task<std::vector<SearchRow>> search(std::string term, std::uint64_t limit,
                                               std::vector<oci::AuthFile> auths);
    // CONTAINER becomes an image. Throws what can be known at once; the rest is the job's.
    JobRef commit(Lifecycle& lifecycle, ContainerRef container, CommitRequest request);
    // All its names and the image; or only NAME, and the image with its last one.
    void remove(const std::string& id, const std::string& name);
    // One more name; throws Failure{invalid_reference, invalid_argument}.
    void tag(const std::string& id, const std::string& name);
    // How it came to be, the oldest step first.
    std::vector<HistoryLine> history(const std::string& id);
    // With the keys of docker's `image inspect`, as JSON.
    std::string describe(const std::string& id);

  private:
    async::Task<std::string> do_import(JobRef job, std::shared_ptr<Fd> archive, std::string name,
                                       std::vector<std::string> changes);
    static async::Task<std::string> run_pull(Workshop* workshop, JobRef job, oci::Reference reference,
                                             PullRequest request);
    static async::Task<std::string> run_push(Workshop* workshop, JobRef job, store::ImageRow image,
                                             oci::Reference destination, std::vector<oci::AuthFile> auths,
                                             std::optional<Digest> index);
    static async::Task<std::string> run_commit(Workshop* workshop, Lifecycle* lifecycle, JobRef job,
                                               ContainerRef container, CommitRequest request);

    static async::Task<std::string> run_save(Workshop* workshop, JobRef job, std::shared_ptr<Fd> archive,
                                             ArchiveFormat format, std::vector<ImageToSave> images);
    static async::Task<std::string> run_load(Workshop* workshop, JobRef job, std::shared_ptr<Fd> archive,
                                             LoadRequest request);

    Workshop workshop_;
};

} // namespace slipway::engine
