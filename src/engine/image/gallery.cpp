// SPDX-License-Identifier: LGPL-2.1-or-later
// Gallery: names, removal and description.
#include "engine/image/gallery.hpp"

#include "base/json.hpp"
#include "oci/image_config.hpp"
#include "oci/reference.hpp"

#include <algorithm>

namespace slipway::engine {

Gallery::Gallery(async::EventLoop& loop, async::TaskScope& tasks, async::Workers& workers,
                 store::Store& store, Jobs& jobs, Observer& observer, OwnIds& own_ids,
                 std::filesystem::path programs)
    : loop_{&loop}, tasks_{&tasks}, workers_{&workers}, store_{&store}, jobs_{&jobs}, observer_{&observer},
      own_ids_{&own_ids}, programs_{std::move(programs)}
{
}

async::Task<> Gallery::discard(std::vector<store::Trash> trash)
{
    std::function<void()> work = own_ids_->removal(std::move(trash));
    co_await workers_->run(std::move(work));
}

void Gallery::remove(const std::string& id, const std::string& name)
{
    const store::ImageRow image = store_->images().at(id);
    if (!name.empty() && image.names.size() > 1) {
        if (std::find(image.names.begin(), image.names.end(), name) == image.names.end())
            throw Failure{ErrorCode::no_such_image, "the image " + id + " is not called " + name};
        store_->images().remove_name(name);
        observer_->image_changed(image.id.hex());
        return;
    }
    std::vector<store::Trash> trash = store_->remove_image(image.id);
    observer_->image_removed(image.id.hex());
    tasks_->spawn(discard(std::move(trash)));
}

void Gallery::tag(const std::string& id, const std::string& name)
{
    const oci::Reference reference = oci::parse_reference(name).value();
    if (reference.digest)
        throw Failure{ErrorCode::invalid_argument,
                      name + ": a digest says what an image is and cannot be given to one; take a tag"};
    const Digest image = store_->images().at(id).id;
    const std::optional<store::ImageRow> loser = store_->images().find(reference.familiar());
    store_->images().set_name(reference.familiar(), image);
    observer_->image_changed(image.hex());
    if (loser && loser->id != image)
        observer_->image_changed(loser->id.hex());
}

Pruned Gallery::prune(Prunable what)
{
    Pruned pruned;
    std::vector<store::Trash> trash;
    for (const store::ImageRow& image : store_->images().list()) {
        if ((what == Prunable::nameless && !image.names.empty()) || store_->images().is_used(image.id))
            continue;
        const std::uint64_t size = store_->images().unshared_size(image.id);
        for (store::Trash& tree : store_->remove_image(image.id))
            trash.push_back(std::move(tree));
        observer_->image_removed(image.id.hex());
        pruned.images.push_back(image.id.hex());
        pruned.reclaimed += size;
    }
    tasks_->spawn(discard(std::move(trash)));
    return pruned;
}

std::vector<HistoryLine> Gallery::history(const std::string& id)
{
    const store::ImageRow image = store_->images().at(id);
    const oci::ImageConfig config = oci::parse_image_config(store_->blobs().read(image.id)).value();
    std::vector<HistoryLine> lines;
    auto layer = image.layers.begin();
    for (const oci::HistoryEntry& entry : config.history) {
        const bool has_layer = !entry.empty_layer && layer != image.layers.end();
        lines.push_back({entry.created, entry.created_by, entry.comment, has_layer ? (layer++)->size : 0});
    }
    return lines;
}

std::string Gallery::describe(const std::string& id)
{
    const store::ImageRow image = store_->images().at(id);
    const oci::ImageConfig config = oci::parse_image_config(store_->blobs().read(image.id)).value();
    Json layers = Json::array();
    for (const Digest& layer : config.diff_ids)
        layers.push_back(layer.text());
    const Json json{
        {"Id", image.id.text()},
        {"RepoTags", image.names},
        {"Digest", image.manifest.text()},
        {"Created", oci::rfc3339(image.created_at)},
        {"Architecture", config.architecture},
        {"Os", config.os},
        {"Author", config.author},
        {"Size", image.size},
        {"Config",
         {{"User", config.user},
          {"Env", config.env},
          {"Entrypoint", config.entrypoint},
          {"Cmd", config.cmd},
          {"WorkingDir", config.working_dir},
          {"Labels", config.labels},
          {"Volumes", config.volumes},
          {"ExposedPorts", config.exposed_ports},
          {"StopSignal", config.stop_signal}}},
        {"RootFS", {{"Type", "layers"}, {"Layers", layers}}},
    };
    return json_text(json);
}

} // namespace slipway::engine
