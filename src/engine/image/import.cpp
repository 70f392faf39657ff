// SPDX-License-Identifier: LGPL-2.1-or-later
// Import: a tar archive of a root file system becomes an image of one layer.
#include "async/unless.hpp"
#include "engine/image/gallery.hpp"
#include "hashing/sha256.hpp"
#include "oci/config_change.hpp"
#include "oci/manifest.hpp"
#include "oci/reference.hpp"

#include <sys/utsname.h>

namespace slipway::engine {

namespace {

std::string machine()
{
    utsname name{};
    ::uname(&name);
    return static_cast<const char*>(name.machine);
}

// An image of one layer, and what made it.
oci::ImageConfig config_of(const Digest& diff_id, const std::vector<std::string>& changes)
{
    oci::ImageConfig config;
    config.architecture = oci::architecture_of(machine());
    config.os = "linux";
    config.created = oci::rfc3339(now());
    config.diff_ids = {diff_id};
    oci::HistoryEntry entry;
    entry.created = config.created;
    entry.created_by = "slipway image import";
    config.history.push_back(std::move(entry));
    for (const std::string& change : changes)
        oci::apply_change(config, change);
    return config;
}

oci::Manifest manifest_of(const std::string& config, const Unpacked& layer)
{
    const oci::Descriptor config_descriptor{std::string{oci::image_config_media_type},
                                            hashing::digest_of(config), config.size()};
    const oci::Descriptor layer_descriptor{std::string{oci::layer_media_type}, layer.diff_id, layer.size};
    return {std::string{oci::manifest_media_type}, config_descriptor, {layer_descriptor}, {}};
}

} // namespace

JobRef Gallery::import(Fd archive, const std::string& reference, std::vector<std::string> changes)
{
    const std::string name = oci::parse_reference(reference).value().familiar();
    oci::ImageConfig probe;
    for (const std::string& change : changes)
        oci::apply_change(probe, change);
    auto shared = std::make_shared<Fd>(std::move(archive));
    return workshop_.jobs->start("import-image", [this, shared, name, changes](JobRef job) {
        return do_import(std::move(job), shared, name, changes);
    });
}

async::Task<std::string> Gallery::do_import(JobRef job, std::shared_ptr<Fd> archive, std::string name,
                                            std::vector<std::string> changes)
{
    Draft draft{workshop_};
    UnpackRequest request;
    request.archive = std::move(archive);
    request.directory = draft.layer().directory().number();
    request.recipe = draft.layer().recipe().number();
    request.progress = [this, job](std::uint64_t bytes) {
        workshop_.jobs->progress(job, bytes, 0, "unpacking");
    };
    async::Task<Unpacked> unpacking = workshop_.transfers.unpack(std::move(request));
    const Unpacked unpacked = co_await async::unless(job->on_cancel, std::move(unpacking));

    workshop_.jobs->progress(job, job->done, 0, "storing");
    const oci::ImageConfig config = config_of(unpacked.diff_id, changes);
    const std::string config_text = oci::to_json(config);
    const oci::Manifest manifest = manifest_of(config_text, unpacked);
    const std::string manifest_text = oci::to_json(manifest);
    const Digest chain_id = store::chain_ids(config.diff_ids).front();
    const LayerClaim claim{workshop_, chain_id};
    draft.keep(chain_id, unpacked);
    store::ImageRow row{
        manifest.config.digest, hashing::digest_of(manifest_text), unpacked.size, now(), {name}, {}};
    row.layers.push_back({chain_id, unpacked.diff_id, unpacked.size});
    co_await workshop_.add(std::move(row), config_text, manifest_text);
    co_return manifest.config.digest.hex();
}

} // namespace slipway::engine
