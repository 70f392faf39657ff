// SPDX-License-Identifier: LGPL-2.1-or-later
// A tar is its members one behind the other, so that each layer's archive goes straight to where the whole
// one is written, by a process that sees nothing but that layer; the texts and the end mark come last.
#include "engine/image/save.hpp"

#include "async/unless.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "engine/image/gallery.hpp"
#include "engine/image/meaning.hpp"

#include <algorithm>
#include <set>

namespace slipway::engine {

Save::Save(Workshop& workshop, JobRef job, Fd archive, ArchiveFormat format, std::vector<ImageToSave> images)
    : workshop_{&workshop}, job_{std::move(job)}, archive_{std::move(archive)}, format_{format},
      images_{std::move(images)}
{
    std::set<Digest> known;
    for (const ImageToSave& image : images_)
        for (const store::LayerRow& row : image.layers)
            if (known.insert(row.diff_id).second)
                layers_.push_back({row, LayerClaim{workshop, row.chain_id}});
    for (const Layer& layer : layers_)
        tell(layer.row, 0, "waiting");
}

void Save::tell(const store::LayerRow& layer, std::uint64_t done, std::string phase)
{
    workshop_->jobs->progress(job_, layer.diff_id.text(), done, layer.size, std::move(phase));
}

async::Task<> Save::write_layer(const Layer* layer)
{
    const store::LayerParts parts = workshop_->store->layers().open(layer->row.chain_id);
    AssembleRequest request;
    request.directory = parts.directory.number();
    request.recipe = parts.recipe.number();
    request.archive = archive_.number();
    request.member = layer_member(format_, layer->row.diff_id);
    request.member_size = layer->row.size;
    request.progress = [this, layer](std::uint64_t bytes) { tell(layer->row, bytes, "saving"); };
    async::Task<Assembled> assembling = workshop_->transfers.assemble(std::move(request));
    const Assembled assembled = co_await assembling;
    if (assembled.digest != layer->row.diff_id)
        throw Failure{ErrorCode::damaged_layer, "the layer is " + assembled.digest.text() + " and not " +
                                                    layer->row.diff_id.text() +
                                                    ": remove the image and get it again"};
    tell(layer->row, layer->row.size, "done");
}

async::Task<> Save::write_texts()
{
    Json members = Json::array();
    for (const auto& [name, text] : archive_texts(format_, images_))
        members.push_back(Json::array({name, text}));
    const Fd texts = make_memory_file("texts", json_text(members));
    // It reads no file; but it has to be locked in somewhere.
    const store::LayerParts parts = workshop_->store->layers().open(layers_.front().row.chain_id);
    EncloseRequest request;
    request.texts = texts.number();
    request.directory = parts.directory.number();
    request.archive = archive_.number();
    async::Task<> enclosing = workshop_->transfers.enclose(request);
    co_await enclosing;
}

async::Task<> Save::run()
{
    for (const Layer& layer : layers_) {
        async::Task<> writing = write_layer(&layer);
        co_await writing;
    }
    async::Task<> writing = write_texts();
    co_await writing;
    archive_.reset();
}

JobRef Gallery::save(Fd archive, const SaveRequest& request)
{
    const ArchiveFormat format = archive_format_of(request.format);
    if (request.images.empty())
        throw Failure{ErrorCode::invalid_argument, "which images? none is named"};
    std::vector<ImageToSave> images;
    for (const std::string& text : request.images) {
        const NamedImage found = named_image_at(*workshop_.store, text);
        auto known = std::find_if(images.begin(), images.end(),
                                  [&found](const ImageToSave& image) { return image.id == found.image.id; });
        if (known == images.end()) {
            ImageToSave image{found.image.id,
                              workshop_.store->blobs().read(found.image.id),
                              workshop_.store->blobs().read(found.image.manifest),
                              found.image.layers,
                              {}};
            known = images.insert(images.end(), std::move(image));
        }
        if (found.name && !found.name->digest &&
            std::find(known->names.begin(), known->names.end(), *found.name) == known->names.end())
            known->names.push_back(*found.name);
    }
    if (format == ArchiveFormat::docker_dir)
        archive_texts(format, images); // which says that it takes one only
    auto shared = std::make_shared<Fd>(std::move(archive));
    return workshop_.jobs->start("save-images",
                                 [this, shared, format, images](JobRef job) -> async::Task<std::string> {
                                     return run_save(&workshop_, std::move(job), shared, format, images);
                                 });
}

async::Task<std::string> Gallery::run_save(Workshop* workshop, JobRef job, std::shared_ptr<Fd> archive,
                                           ArchiveFormat format, std::vector<ImageToSave> images)
{
    const std::string id = images.front().id.hex();
    Save save{*workshop, job, std::move(*archive), format, std::move(images)};
    async::Task<> running = save.run();
    co_await async::unless(job->on_cancel, std::move(running));
    co_return id;
}

} // namespace slipway::engine
