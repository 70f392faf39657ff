// SPDX-License-Identifier: LGPL-2.1-or-later
// Gallery: removal and description.
#include "engine/image/gallery.hpp"

#include "base/json.hpp"
#include "oci/image_config.hpp"

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
