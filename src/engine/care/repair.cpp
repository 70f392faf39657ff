// SPDX-License-Identifier: LGPL-2.1-or-later
// StoreCheck: damaged parts of images, got again from where they came.
#include "base/file.hpp"
#include "engine/care/check.hpp"
#include "engine/image/connect.hpp"
#include "engine/image/layer_pull.hpp"
#include "oci/manifest.hpp"

#include <algorithm>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace slipway::engine {

namespace {

bool is_imported(const oci::ImageConfig& config)
{
    return !config.history.empty() && config.history.back().created_by == "slipway image import";
}

} // namespace

void StoreCheck::refuse_use(const Digest& layer) const
{
    for (const ContainerRef& container : lifecycle_->catalog().all()) {
        if (container->is_at_rest() && !container->turns.is_taken() && !container->has_mounts)
            continue;
        const auto image = std::find_if(images_.begin(), images_.end(), [&container](const Image& known) {
            return known.row.id.hex() == container->row.image_id;
        });
        if (image == images_.end())
            continue;
        for (const store::LayerRow& row : image->layers)
            if (row.chain_id == layer)
                throw Failure{ErrorCode::image_in_use, "the container " + container->name() +
                                                           " runs with it: stop it, then repair again"};
    }
}

// A manifest or a configuration.
async::Task<std::string> StoreCheck::text_of(registry::Agent* agent, Digest digest, std::uint64_t size)
{
    const Fd file{check(::memfd_create("blob", MFD_CLOEXEC), "make a memory file")};
    async::Task<> fetching = agent->blob(digest, size, file.duplicate(), Fd{}, {});
    co_await fetching;
    check(static_cast<int>(::lseek(file.number(), 0, SEEK_SET)), "read a memory file");
    co_return read_all(file.number(), "configuration", oci::manifest_limit);
}

// Throws Failure where this place cannot give it.
async::Task<> StoreCheck::renew(Image* image, std::string reference)
{
    const auto finding_at = [this, image](const std::filesystem::path& place) -> std::optional<std::size_t> {
        for (const std::size_t finding : image->findings)
            if (!job_->findings[finding].is_settled && job_->findings[finding].place == place.native())
                return finding;
        return std::nullopt;
    };
    const std::string outcome = "got again from " + reference;
    const oci::Reference parsed = oci::parse_reference(reference).value();
    async::Task<std::unique_ptr<registry::Agent>> connecting = connect(workshop_, parsed, request_.auths);
    const std::unique_ptr<registry::Agent> agent = co_await connecting;

    const auto put = [this](const std::string& text) {
        return [blobs = store_->blobs(), text] { blobs.put(text); };
    };
    std::string text;
    if (const std::optional<std::size_t> finding = finding_at(store_->blobs().path(image->row.manifest))) {
        async::Task<registry::PulledManifest> asking = agent->manifest(image->row.manifest.text());
        const registry::PulledManifest found = co_await asking;
        text = found.bytes;
        std::function<void()> storing = put(text);
        co_await workers_->run(std::move(storing));
        settle(*finding, outcome);
    } else {
        text = store_->blobs().read(image->row.manifest);
    }
    const oci::Manifest manifest = oci::parse_manifest(text).value();
    if (const std::optional<std::size_t> finding = finding_at(store_->blobs().path(image->row.id))) {
        if (manifest.config.digest != image->row.id)
            throw Failure{ErrorCode::internal, "its manifest has another configuration"};
        async::Task<std::string> fetching = text_of(agent.get(), image->row.id, manifest.config.size);
        text = co_await fetching;
        std::function<void()> storing = put(text);
        co_await workers_->run(std::move(storing));
        settle(*finding, outcome);
    }
    const oci::ImageConfig config = oci::parse_image_config(store_->blobs().read(image->row.id)).value();
    const std::vector<Digest> chain = store::chain_ids(config.diff_ids);
    if (chain.size() != manifest.layers.size())
        throw Failure{ErrorCode::invalid_manifest, "its manifest has other layers than its configuration"};
    for (std::size_t i = 0; i < chain.size(); ++i) {
        const std::optional<std::size_t> finding = finding_at(store_->layers().path(chain[i]));
        if (!finding)
            continue;
        refuse_use(chain[i]);
        tell("pulling " + reference);
        LayerPull pull{*workshop_, job_, *agent, manifest.layers[i], config.diff_ids[i], chain[i]};
        const std::function<void()> check_unused = [this, &chain, i] { refuse_use(chain[i]); };
        async::Task<> renewing = pull.renew(check_unused);
        co_await renewing;
        for (Image& other : images_)
            for (store::LayerRow& row : other.layers)
                if (row.chain_id == chain[i])
                    row.size = pull.row().size;
        settle(*finding, outcome);
    }
}

async::Task<> StoreCheck::repair_image(Image* image)
{
    std::string refusal = "it has no name that says where to get it: remove it and get it again";
    const bool is_here_alone = image->config && is_imported(*image->config);
    if (is_here_alone)
        refusal = "it did not come from a registry: remove it and import it again";
    const std::vector<std::string> places = is_here_alone ? std::vector<std::string>{} : image->row.names;
    for (const std::string& name : places) {
        try {
            async::Task<> renewing = renew(image, name);
            co_await renewing;
            co_return;
        } catch (const Failure& failure) {
            if (failure.code() == ErrorCode::cancelled || failure.code() == ErrorCode::no_space)
                throw;
            refusal = failure.message();
            if (failure.code() == ErrorCode::image_in_use)
                break;
        }
    }
    for (const std::size_t finding : image->findings)
        if (!job_->findings[finding].is_settled)
            job_->findings[finding].outcome = "not repaired: " + refusal;
}

async::Task<> StoreCheck::repair_images()
{
    for (Image& image : images_) {
        const bool is_whole =
            std::all_of(image.findings.begin(), image.findings.end(),
                        [this](std::size_t part) { return job_->findings[part].is_settled; });
        if (is_whole || !store_->images().find(image.row.id.text()))
            continue;
        async::Task<> repairing = repair_image(&image);
        co_await repairing;
    }
}

} // namespace slipway::engine
