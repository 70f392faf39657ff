// SPDX-License-Identifier: LGPL-2.1-or-later
// Import: a tar archive of a root file system becomes an image of one layer. The unpacking is a process of
// its own.
#include "engine/image/gallery.hpp"
#include "engine/transfer/unpack.hpp"
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

} // namespace

JobRef Gallery::import(Fd archive, const std::string& reference, std::vector<std::string> changes)
{
    const std::string name = oci::parse_reference(reference).value().familiar();
    oci::ImageConfig probe;
    for (const std::string& change : changes)
        oci::apply_change(probe, change);
    auto shared = std::make_shared<Fd>(std::move(archive));
    return jobs_->start("import-image", [this, shared, name, changes](JobRef job) {
        return do_import(std::move(job), shared, name, changes);
    });
}

async::Task<std::string> Gallery::do_import(JobRef job, std::shared_ptr<Fd> archive, std::string name,
                                            std::vector<std::string> changes)
{
    const store::LayerDraft draft = store_->layers().make_draft();
    std::exception_ptr failure;
    try {
        const UnpackTarget target{draft.directory().number(), draft.recipe().number(),
                                  own_ids_->is_users() ? own_ids_->space()->number() : -1};
        async::Task<Unpacked> unpacking = unpack(*loop_, *jobs_, job, programs_, std::move(archive), target);
        const Unpacked unpacked = co_await unpacking;

        jobs_->progress(job, job->done, 0, "storing");
        oci::ImageConfig config;
        config.architecture = oci::architecture_of(machine());
        config.os = "linux";
        config.created = oci::rfc3339(now());
        config.diff_ids = {unpacked.diff_id};
        oci::HistoryEntry entry;
        entry.created = config.created;
        entry.created_by = "slipway image import";
        config.history.push_back(std::move(entry));
        for (const std::string& change : changes)
            oci::apply_change(config, change);
        const std::string config_text = oci::to_json(config);

        std::optional<Digest> config_id;
        std::optional<Digest> manifest_id;
        const store::Blobs blobs = store_->blobs();
        std::function<void()> storing = [&] {
            draft.sync();
            config_id = blobs.put(config_text);
            oci::Descriptor config_descriptor{std::string{oci::image_config_media_type}, *config_id,
                                              config_text.size()};
            oci::Descriptor layer_descriptor{std::string{oci::layer_media_type}, unpacked.diff_id,
                                             unpacked.size};
            const oci::Manifest manifest{
                std::string{oci::manifest_media_type}, config_descriptor, {layer_descriptor}, {}};
            manifest_id = blobs.put(oci::to_json(manifest));
        };
        co_await workers_->run(std::move(storing));

        const Digest chain_id = store::chain_ids(config.diff_ids).front();
        store::ImageRow row{*config_id, *manifest_id, unpacked.size, now(), {name}, {}};
        row.layers.push_back({chain_id, unpacked.diff_id, unpacked.size});
        std::vector<store::NewLayer> drafts{{&draft, chain_id}};
        std::vector<store::Trash> trash = store_->add_image(row, drafts);
        tasks_->spawn(discard(std::move(trash)));
        const std::filesystem::path database = store_->database_file();
        std::function<void()> settling = [database] { store::checkpoint(database); };
        co_await workers_->run(std::move(settling));
        observer_->image_added(config_id->hex());
        co_return config_id->hex();
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
    std::vector<store::Trash> trash{draft.path()};
    tasks_->spawn(discard(std::move(trash)));
    std::rethrow_exception(failure);
}

} // namespace slipway::engine
