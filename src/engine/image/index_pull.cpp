// SPDX-License-Identifier: LGPL-2.1-or-later
// IndexPull: documents first, then the blobs that they name.
#include "engine/image/index_pull.hpp"

#include "async/together.hpp"
#include "engine/image/index_parts.hpp"

#include <deque>
#include <fcntl.h>
#include <unistd.h>

namespace slipway::engine {

namespace {

constexpr std::size_t blobs_at_once = 3;

// A file under tmp/, which goes unless it was taken.
class GrowingBlob {
  public:
    explicit GrowingBlob(const store::Scratch& scratch)
        : path_{scratch.new_name()}, file_{check(::open(path_.c_str(),
                                                        O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                                                        0600),
                                                 "create", path_.native())}
    {
    }
    GrowingBlob(const GrowingBlob&) = delete;
    GrowingBlob& operator=(const GrowingBlob&) = delete;
    GrowingBlob(GrowingBlob&&) = delete;
    GrowingBlob& operator=(GrowingBlob&&) = delete;
    ~GrowingBlob()
    {
        if (!is_taken_)
            ::unlink(path_.c_str());
    }

    const std::filesystem::path& path() const noexcept { return path_; }
    Fd copy() const { return Fd{check(::fcntl(file_.number(), F_DUPFD_CLOEXEC, 3), "use", path_.native())}; }
    void take() noexcept { is_taken_ = true; }

  private:
    std::filesystem::path path_;
    Fd file_;
    bool is_taken_ = false;
};

} // namespace

IndexPull::IndexPull(Workshop& workshop, JobRef job, registry::Agent& agent, registry::PulledManifest top)
    : workshop_{&workshop}, job_{std::move(job)}, agent_{&agent}, top_{std::move(top)}
{
}

async::Task<> IndexPull::find_documents()
{
    struct Step {
        oci::Descriptor document;
        unsigned depth;
    };
    std::deque<Step> steps;
    steps.push_back({{top_.media_type, top_.digest, top_.bytes.size()}, 0});
    while (!steps.empty()) {
        const Step step = steps.front();
        steps.pop_front();
        const std::string name = step.document.digest.text();
        if (documents_.contains(name))
            continue;
        if (documents_.size() == index_document_limit || step.depth > oci::index_depth_limit + 1)
            throw Failure{ErrorCode::invalid_manifest, "the index leads to more than " +
                                                           std::to_string(index_document_limit) +
                                                           " documents, or too far"};
        registry::PulledManifest found = top_;
        if (step.depth != 0) {
            async::Task<registry::PulledManifest> looking = agent_->manifest(name);
            found = co_await looking;
        }
        const DocumentParts parts = parts_of(found.media_type, found.bytes);
        for (const oci::Descriptor& document : parts.documents)
            steps.push_back({document, step.depth + 1});
        for (const oci::Descriptor& blob : parts.blobs)
            blobs_.emplace(blob.digest.text(), blob);
        documents_.emplace(name, std::move(found.bytes));
    }
}

async::Task<> IndexPull::fetch(oci::Descriptor blob)
{
    if (workshop_->store->blobs().has(blob.digest)) {
        workshop_->jobs->progress(job_, blob.digest.text(), blob.size, blob.size, "exists");
        co_return;
    }
    GrowingBlob growing{workshop_->store->scratch()};
    registry::Agent::Progress progress = [this, blob](std::uint64_t bytes) {
        workshop_->jobs->progress(job_, blob.digest.text(), bytes, blob.size, "downloading");
    };
    async::Task<> fetching = agent_->blob(blob.digest, blob.size, growing.copy(), Fd{}, std::move(progress));
    co_await fetching;
    // The worker goes on when nobody waits for it any more; then it is the blob's that is swept.
    std::function<void()> adopting = [blobs = workshop_->store->blobs(), path = growing.path(),
                                      digest = blob.digest] { blobs.adopt(path, digest); };
    workshop_->spare_blobs.insert(blob.digest.hex());
    co_await workshop_->workers->run(std::move(adopting));
    growing.take();
    workshop_->jobs->progress(job_, blob.digest.text(), blob.size, blob.size, "done");
}

async::Task<> IndexPull::run()
{
    if (documents_.empty()) {
        async::Task<> finding = find_documents();
        co_await finding;
    }
    std::vector<async::Task<>> fetching;
    fetching.reserve(blobs_.size());
    for (const auto& [name, blob] : blobs_)
        fetching.push_back(fetch(blob));
    async::Task<> all = async::together(std::move(fetching), blobs_at_once);
    co_await all;
    std::function<void()> storing = [blobs = workshop_->store->blobs(), documents = documents_] {
        for (const auto& [name, bytes] : documents)
            blobs.put(bytes);
    };
    for (const auto& [name, bytes] : documents_)
        workshop_->spare_blobs.insert(Digest::parse(name).value().hex());
    co_await workshop_->workers->run(std::move(storing));
}

void IndexPull::offer(const Digest& blob, const Digest& chain_id) const
{
    if (workshop_->store->blobs().has(blob) && !workshop_->store->layers().has(chain_id))
        workshop_->store->blobs().link(blob, workshop_->store->partial_layer(chain_id));
}

std::vector<Digest> IndexPull::blobs() const
{
    std::vector<Digest> all;
    all.reserve(documents_.size() + blobs_.size());
    for (const auto& [name, bytes] : documents_)
        all.push_back(Digest::parse(name).value());
    for (const auto& [name, blob] : blobs_)
        all.push_back(blob.digest);
    return all;
}

} // namespace slipway::engine
