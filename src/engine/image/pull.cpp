// SPDX-License-Identifier: LGPL-2.1-or-later
// Pull: name, manifest, configuration, layers, row.
#include "engine/image/pull.hpp"

#include "async/together.hpp"
#include "async/unless.hpp"
#include "base/file.hpp"
#include "engine/image/checked_image.hpp"
#include "engine/image/connect.hpp"
#include "engine/image/gallery.hpp"
#include "engine/image/meaning.hpp"
#include "oci/image_index.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace slipway::engine {

namespace {

// Docker's and podman's number; more gains nothing and makes a registry think of an attack.
constexpr std::size_t layers_at_once = 3;

// A name with a digest means what it says whatever the tag beside it meant: the store keeps it without.
std::string name_of(oci::Reference reference)
{
    if (reference.digest)
        reference.tag.clear();
    return reference.familiar();
}

} // namespace

Pull::Pull(Workshop& workshop, JobRef job, oci::Reference reference, PullRequest request)
    : workshop_{&workshop}, job_{std::move(job)}, reference_{std::move(reference)}, request_{
                                                                                        std::move(request)}
{
}

async::Task<registry::PulledManifest> Pull::find_manifest()
{
    const oci::Platform wanted = request_.platform.value_or(platform_here());
    std::string wish = reference_.digest ? reference_.digest->text() : reference_.tag;
    for (unsigned depth = 0; depth <= oci::index_depth_limit; ++depth) {
        registry::PulledManifest found = co_await agent_->manifest(wish);
        switch (oci::kind_of(found.media_type, found.bytes)) {
        case oci::DocumentKind::manifest:
            co_return found;
        case oci::DocumentKind::index: {
            const oci::ImageIndex index = of_others(oci::parse_image_index(found.bytes));
            was_chosen_ = true;
            if (!top_)
                top_ = found;
            wish = oci::choose(index, wanted).value().digest.text();
            break;
        }
        case oci::DocumentKind::obsolete:
            throw Failure{ErrorCode::invalid_manifest,
                          "it is in docker's first format, which names no layer by its content: push it anew "
                          "with a newer program"};
        case oci::DocumentKind::other:
            throw Failure{ErrorCode::invalid_manifest,
                          "it is neither a manifest nor an index but " + found.media_type};
        }
    }
    throw Failure{ErrorCode::invalid_manifest, "one index leads to another, more than " +
                                                   std::to_string(oci::index_depth_limit) + " times"};
}

async::Task<std::string> Pull::fetch_config(oci::Descriptor config)
{
    check_config_descriptor(config);
    const Fd file{check(::memfd_create("config", MFD_CLOEXEC), "make a memory file")};
    Fd copy{check(::fcntl(file.number(), F_DUPFD_CLOEXEC, 3), "use a memory file")};
    async::Task<> fetching = agent_->blob(config.digest, config.size, std::move(copy), Fd{}, {});
    co_await fetching;
    check(static_cast<int>(::lseek(file.number(), 0, SEEK_SET)), "read a memory file");
    co_return read_all(file.number(), "configuration", oci::manifest_limit);
}

void Pull::check_if_not_chosen(const oci::ImageConfig& config) const
{
    if (!was_chosen_)
        check_platform(config, request_.platform);
}

void Pull::plan(const oci::Manifest& manifest, const oci::ImageConfig& config)
{
    check_layer_count(manifest.layers.size(), config.diff_ids.size());
    const std::vector<Digest> chain = store::chain_ids(config.diff_ids);
    if (index_)
        for (std::size_t i = 0; i < manifest.layers.size(); ++i)
            index_->offer(manifest.layers[i].digest, chain[i]);
    for (std::size_t i = 0; i < manifest.layers.size(); ++i)
        layers_.emplace_back(*workshop_, job_, *agent_, manifest.layers[i], config.diff_ids[i], chain[i]);
}

async::Task<> Pull::fetch_layers()
{
    std::vector<async::Task<>> fetching;
    for (LayerPull& layer : layers_)
        fetching.push_back(layer.run());
    async::Task<> all = async::together(std::move(fetching), layers_at_once);
    co_await all;
}

std::optional<KeptIndex> Pull::kept_index() const
{
    if (index_)
        return KeptIndex{index_->digest(), index_->blobs()};
    // One that is kept already stays, as long as it is what the name means.
    const std::optional<Digest> before = workshop_->store->indexes().find(name_of(reference_));
    if (top_ && before && *before == top_->digest)
        return KeptIndex{*before, {}};
    return std::nullopt;
}

async::Task<std::string> Pull::run()
{
    workshop_->jobs->progress(job_, 0, 0, "asking " + reference_.domain);
    async::Task<std::unique_ptr<registry::Agent>> connecting = connect(workshop_, reference_, request_.auths);
    agent_ = co_await connecting;
    const registry::PulledManifest found = co_await find_manifest();
    const oci::Manifest manifest = of_others(oci::parse_manifest(found.bytes));
    check_config_descriptor(manifest.config);
    if (request_.is_for_all && top_) {
        index_.emplace(*workshop_, job_, *agent_, *top_);
        async::Task<> fetching = index_->run();
        co_await fetching;
    }
    if (workshop_->store->images().find(manifest.config.digest.text())) {
        check_if_not_chosen(
            oci::parse_image_config(workshop_->store->blobs().read(manifest.config.digest)).value());
        workshop_->set_name(name_of(reference_), manifest.config.digest, kept_index());
        workshop_->jobs->progress(job_, 0, 0, "up to date");
        co_return manifest.config.digest.hex();
    }
    const std::string config_text = co_await fetch_config(manifest.config);
    const oci::ImageConfig config = of_others(oci::parse_image_config(config_text));
    check_if_not_chosen(config);
    plan(manifest, config);
    co_await fetch_layers();

    // From here on it is there, whoever changes their mind.
    job_->on_cancel = nullptr;
    workshop_->jobs->progress(job_, job_->done, job_->total, "storing");
    store::ImageRow row{manifest.config.digest, found.digest, 0, now(), {name_of(reference_)}, {}};
    for (const LayerPull& layer : layers_) {
        row.size += layer.row().size;
        row.layers.push_back(layer.row());
    }
    async::Task<> adding = workshop_->add(std::move(row), config_text, found.bytes, kept_index());
    co_await adding;
    // What somebody removed meanwhile; from here on nobody does.
    if (index_) {
        async::Task<> completing = index_->run();
        co_await completing;
    }
    co_return manifest.config.digest.hex();
}

void Pull::clean()
{
    if (index_)
        for (const Digest& blob : index_->blobs())
            workshop_->drop_spare_blob(blob);
    std::vector<Digest> layers;
    for (const LayerPull& layer : layers_)
        layers.push_back(layer.row().chain_id);
    layers_.clear();
    for (const Digest& layer : layers) {
        try {
            workshop_->drop_spare(layer);
        } catch (const Failure&) { // NOLINT: what made the pull fail counts; the next start sweeps
        }
    }
}

JobRef Gallery::pull(PullRequest request)
{
    oci::Reference reference = meaning_of(request.reference);
    return workshop_.jobs->start("pull-image",
                                 [this, reference, request](JobRef job) -> async::Task<std::string> {
                                     return run_pull(&workshop_, std::move(job), reference, request);
                                 });
}

async::Task<std::string> Gallery::run_pull(Workshop* workshop, JobRef job, oci::Reference reference,
                                           PullRequest request)
{
    const std::string name = reference.familiar();
    Pull pull{*workshop, job, std::move(reference), std::move(request)};
    try {
        async::Task<std::string> running = pull.run();
        co_return co_await async::unless(job->on_cancel, std::move(running));
    } catch (const Failure& failure) {
        if (!is_passing(failure.code()))
            pull.clean();
        throw failure.within(name);
    }
}

} // namespace slipway::engine
