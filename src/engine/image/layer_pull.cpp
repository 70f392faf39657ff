// SPDX-License-Identifier: LGPL-2.1-or-later
// LayerPull: download and unpacking side by side.
//
// The bytes go from slipway-registry through a pipe into slipway-transfer, and into a file beside, from which
// a broken pull is gone on with. Neither process is believed by the other: the one checks the blob's digest,
// the other the layer's. What one of them stumbles over may be the other's fault, so that a failure is looked
// at from both ends: bytes that are no archive may be none of the blob's.
#include "engine/image/layer_pull.hpp"

#include "async/together.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::engine {

namespace {

// Each time that one end waits for the other a busy machine lets it wait longer: there shall be few of them.
constexpr int pipe_size = 1 << 20;

// What may come of bytes that are not the blob's.
bool is_of_bytes(ErrorCode code)
{
    return code == ErrorCode::unreadable_archive || code == ErrorCode::truncated_archive ||
           code == ErrorCode::digest_mismatch;
}

} // namespace

bool is_passing(ErrorCode code)
{
    switch (code) {
    case ErrorCode::cancelled:
    case ErrorCode::timed_out:
    case ErrorCode::unavailable:
    case ErrorCode::registry_denied:
    case ErrorCode::registry_failed:
    case ErrorCode::registry_unreachable:
        return true;
    default:
        return false;
    }
}

// The file beside, open; it goes unless there is something to go on with.
class LayerPull::Partial {
  public:
    Partial(const Workshop& workshop, const Digest& chain_id)
        : workshop_{&workshop}, path_{workshop.store->partial_layer(chain_id)},
          file_{check(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), "open",
                      path_.native())}
    {
    }
    Partial(const Partial&) = delete;
    Partial& operator=(const Partial&) = delete;
    Partial(Partial&&) = delete;
    Partial& operator=(Partial&&) = delete;
    ~Partial()
    {
        if (!is_done_ && size() != 0)
            return;
        try {
            if (const std::optional<store::Trash> trash = workshop_->store->scratch().take(path_))
                workshop_->discard({*trash});
        } catch (const Failure&) { // a full disk may have no room for another name
            ::unlink(path_.c_str());
        }
    }

    Fd copy() const { return Fd{check(::fcntl(file_.number(), F_DUPFD_CLOEXEC, 3), "use", path_.native())}; }
    std::uint64_t size() const
    {
        struct stat status {};
        return ::fstat(file_.number(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
    }
    // Nobody will go on with it.
    void finish() noexcept { is_done_ = true; }

  private:
    const Workshop* workshop_;
    std::filesystem::path path_;
    Fd file_;
    bool is_done_ = false;
};

LayerPull::LayerPull(Workshop& workshop, JobRef job, registry::Agent& agent, oci::Descriptor blob,
                     Digest diff_id, const Digest& chain_id)
    : workshop_{&workshop}, job_{std::move(job)}, agent_{&agent}, blob_{std::move(blob)},
      diff_id_{std::move(diff_id)}, chain_id_{chain_id}, claim_{workshop, chain_id}
{
    tell(0, "waiting");
}

void LayerPull::tell(std::uint64_t done, std::string phase)
{
    workshop_->jobs->progress(job_, blob_.digest.text(), done, blob_.size, std::move(phase));
}

async::Task<> LayerPull::unpack(Draft* draft, Fd pipe, std::exception_ptr* failure)
{
    UnpackRequest request;
    request.archive = std::make_shared<Fd>(std::move(pipe));
    request.directory = draft->layer().directory().number();
    request.recipe = draft->layer().recipe().number();
    request.words = {"--layer", "--diff-id=" + diff_id_.text()};
    if (workshop_->own_ids->is_users())
        request.words.emplace_back("--overlay=user");
    try {
        async::Task<Unpacked> unpacking = workshop_->transfers.unpack(std::move(request));
        unpacked_ = co_await unpacking;
    } catch (const Failure& cause) {
        if (!is_of_bytes(cause.code()))
            throw;
        *failure = std::current_exception();
    }
}

async::Task<> LayerPull::download(Fd file, Fd pipe, std::exception_ptr* failure)
{
    registry::Agent::Progress progress = [this](std::uint64_t bytes) { tell(bytes, "downloading"); };
    try {
        async::Task<> fetching =
            agent_->blob(blob_.digest, blob_.size, std::move(file), std::move(pipe), std::move(progress));
        co_await fetching;
        tell(blob_.size, "unpacking");
    } catch (const Failure& cause) {
        // Nobody reads the pipe any more.
        if (cause.code() != ErrorCode::cancelled)
            throw;
        *failure = std::current_exception();
    }
}

// Whether the bytes were the blob's.
async::Task<> LayerPull::verify(Fd file)
{
    tell(0, "verifying");
    registry::Agent::Progress progress = [this](std::uint64_t bytes) { tell(bytes, "verifying"); };
    async::Task<> fetching =
        agent_->blob(blob_.digest, blob_.size, std::move(file), Fd{}, std::move(progress));
    co_await fetching;
}

async::Task<> LayerPull::make()
{
    auto draft = std::make_unique<Draft>(*workshop_);
    Partial partial{*workshop_, chain_id_};
    try {
        FdPair pipe = make_pipe();
        // As large as anybody's may be (pipe(7)); a smaller one does too.
        ::fcntl(pipe.second.number(), F_SETPIPE_SZ, pipe_size);
        std::exception_ptr unpacking_failure;
        std::exception_ptr download_failure;
        std::vector<async::Task<>> both;
        both.push_back(unpack(draft.get(), std::move(pipe.first), &unpacking_failure));
        both.push_back(download(partial.copy(), std::move(pipe.second), &download_failure));
        async::Task<> all = async::together(std::move(both), 2);
        co_await all;
        if (unpacking_failure && download_failure) {
            async::Task<> verifying = verify(partial.copy());
            co_await verifying;
        }
        if (unpacking_failure)
            std::rethrow_exception(unpacking_failure);
        if (download_failure)
            std::rethrow_exception(download_failure);
    } catch (const Failure& failure) {
        if (!is_passing(failure.code()))
            partial.finish();
        throw;
    }
    draft_ = std::move(draft);
    size_ = unpacked_.size;
    partial.finish();
}

async::Task<> LayerPull::make_again_if_wrong()
{
    std::error_code error;
    const std::uintmax_t known =
        std::filesystem::file_size(workshop_->store->partial_layer(chain_id_), error);
    const bool was_begun = !error && known != 0;
    bool is_again = false;
    try {
        async::Task<> making = make();
        co_await making;
    } catch (const Failure& failure) {
        // What an earlier pull left may have been the wrong bytes.
        is_again = was_begun && is_of_bytes(failure.code());
        if (!is_again)
            throw;
    }
    if (is_again) {
        async::Task<> making = make();
        co_await making;
    }
}

async::Task<> LayerPull::run()
{
    async::Task<async::Turnstile::Turn> taking = claim_.turnstile().take();
    const async::Turnstile::Turn turn = co_await taking;
    const std::optional<std::uint64_t> size = workshop_->size_of(chain_id_);
    if (size) {
        size_ = *size;
        tell(blob_.size, "exists");
        co_return;
    }
    async::Task<> making = make_again_if_wrong();
    co_await making;
    draft_->keep(chain_id_, unpacked_);
    draft_.reset();
    tell(blob_.size, "done");
}

async::Task<> LayerPull::renew(std::function<void()> check_unused)
{
    async::Task<async::Turnstile::Turn> taking = claim_.turnstile().take();
    const async::Turnstile::Turn turn = co_await taking;
    async::Task<> making = make_again_if_wrong();
    co_await making;
    std::function<void()> syncing = [layers = workshop_->store->layers()] { layers.sync(); };
    co_await workshop_->workers->run(std::move(syncing));
    check_unused();
    draft_->replace(chain_id_, unpacked_);
    draft_.reset();
    tell(blob_.size, "done");
}

} // namespace slipway::engine
