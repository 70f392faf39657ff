// SPDX-License-Identifier: LGPL-2.1-or-later
// IndexPush: blobs, then the documents from the lowest to the index: a registry takes one only when it has
// all that it names.
#include "engine/image/index_push.hpp"

#include "async/together.hpp"
#include "engine/image/index_parts.hpp"

#include <set>

namespace slipway::engine {

namespace {

constexpr std::size_t sent_at_once = 2;

} // namespace

IndexPush::IndexPush(Workshop& workshop, JobRef job, registry::Agent& agent, const Digest& index,
                     std::vector<std::string> mount_from)
    : workshop_{&workshop}, job_{std::move(job)}, agent_{&agent}, index_{index}, mount_from_{
                                                                                     std::move(mount_from)}
{
}

void IndexPush::find_documents()
{
    const std::string top = workshop_->store->blobs().read(index_);
    const Result<oci::ImageIndex> parsed = oci::parse_image_index(top);
    const std::string type = parsed ? parsed.value().media_type : std::string{};
    documents_.push_back({type.empty() ? std::string{oci::index_media_type} : type, top, index_});
    // One that several name is there several times: the last time counts, which is behind all who name it.
    for (std::size_t at = 0; at < documents_.size() && at < index_document_limit; ++at) {
        const DocumentParts parts = parts_of(documents_[at].media_type, documents_[at].bytes);
        for (const oci::Descriptor& document : parts.documents)
            documents_.push_back(
                {document.media_type, workshop_->store->blobs().read(document.digest), document.digest});
        for (const oci::Descriptor& blob : parts.blobs)
            blobs_.emplace(blob.digest.text(), blob);
    }
}

async::Task<> IndexPush::send(oci::Descriptor blob)
{
    const std::string name = blob.digest.text();
    workshop_->jobs->progress(job_, name, 0, blob.size, "asking");
    registry::Agent::Progress progress = [this, name, size = blob.size](std::uint64_t bytes) {
        workshop_->jobs->progress(job_, name, bytes, size, "uploading");
    };
    async::Task<registry::PushedBlob> sending =
        agent_->push_blob(workshop_->store->blobs().open(blob.digest), blob.digest, blob.size, mount_from_,
                          std::move(progress));
    const registry::PushedBlob sent = co_await sending;
    workshop_->jobs->progress(job_, name, blob.size, blob.size,
                              sent.arrival == registry::Arrival::uploaded ? "done" : "exists");
}

async::Task<Digest> IndexPush::run(std::string tag)
{
    find_documents();
    std::vector<async::Task<>> sending;
    sending.reserve(blobs_.size());
    for (const auto& [name, blob] : blobs_)
        sending.push_back(send(blob));
    async::Task<> all = async::together(std::move(sending), sent_at_once);
    co_await all;
    workshop_->jobs->progress(job_, job_->done, job_->total, "storing");
    std::set<std::string> there_already;
    for (std::size_t left = documents_.size(); left-- > 0;) {
        const Document document = documents_[left];
        if (!there_already.insert(document.digest.hex()).second)
            continue;
        std::string reference = left == 0 ? tag : document.digest.text();
        async::Task<Digest> putting =
            agent_->put_manifest(std::move(reference), document.media_type, document.bytes);
        const Digest there = co_await putting;
        if (there != document.digest)
            throw Failure{ErrorCode::digest_mismatch,
                          "the registry has made " + there.text() + " of " + document.digest.text()};
    }
    co_return index_;
}

} // namespace slipway::engine
