// SPDX-License-Identifier: LGPL-2.1-or-later
// Gallery: names, removal and description.
#include "engine/image/gallery.hpp"

#include "base/json.hpp"
#include "oci/image_config.hpp"
#include "oci/reference.hpp"

#include <algorithm>

namespace slipway::engine {

void Gallery::remove(const std::string& id, const std::string& name)
{
    const store::ImageRow image = workshop_.store->images().at(id);
    if (!name.empty() && image.names.size() > 1) {
        if (std::find(image.names.begin(), image.names.end(), name) == image.names.end())
            throw Failure{ErrorCode::no_such_image, "the image " + id + " is not called " + name};
        workshop_.store->images().remove_name(name);
        workshop_.store->drop_unnamed_indexes();
        workshop_.observer->image_changed(image.id.hex());
        return;
    }
    workshop_.discard(workshop_.remove(image));
}

void Gallery::tag(const std::string& id, const std::string& name)
{
    const oci::Reference reference = oci::parse_reference(name).value();
    if (reference.digest)
        throw Failure{ErrorCode::invalid_argument,
                      name + ": a digest says what an image is and cannot be given to one; take a tag"};
    workshop_.set_name(reference.familiar(), workshop_.store->images().at(id).id);
}

async::Task<oci::Credentials> Gallery::log_in(std::string registry, std::vector<oci::AuthFile> auths)
{
    return engine::log_in(&workshop_, std::move(registry), std::move(auths));
}

async::Task<std::vector<std::string>> Gallery::list_tags(std::string repository,
                                                         std::vector<oci::AuthFile> auths)
{
    return engine::list_tags(&workshop_, std::move(repository), std::move(auths));
}

async::Task<Referrers> Gallery::list_referrers(std::string reference, std::string artifact_type,
                                               std::vector<oci::AuthFile> auths)
{
    return engine::list_referrers(&workshop_, std::move(reference), std::move(artifact_type),
                                  std::move(auths));
}

async::Task<std::vector<SearchRow>> Gallery::search(std::string term, std::uint64_t limit,
                                                    std::vector<oci::AuthFile> auths)
{
    return engine::search(&workshop_, std::move(term), limit, std::move(auths));
}

std::vector<HistoryLine> Gallery::history(const std::string& id)
{
    const store::ImageRow image = workshop_.store->images().at(id);
    const oci::ImageConfig config = oci::parse_image_config(workshop_.store->blobs().read(image.id)).value();
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
    const store::ImageRow image = workshop_.store->images().at(id);
    const oci::ImageConfig config = oci::parse_image_config(workshop_.store->blobs().read(image.id)).value();
    Json layers = Json::array();
    for (const Digest& layer : config.diff_ids)
        layers.push_back(layer.text());
    Json tags = Json::array();
    Json digests = Json::array();
    for (const std::string& name : image.names)
        (name.find('@') == std::string::npos ? tags : digests).push_back(name);
    Json indexes = Json::object();
    for (const std::string& name : image.names)
        if (const std::optional<Digest> index = workshop_.store->indexes().find(name))
            indexes[name] = index->text();
    Json json{
        {"Id", image.id.text()},
        {"RepoTags", tags},
        {"RepoDigests", digests},
        {"Indexes", indexes},
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
    if (config.healthcheck)
        json["Config"]["Healthcheck"] = {{"Test", config.healthcheck->test},
                                         {"Interval", config.healthcheck->interval},
                                         {"Timeout", config.healthcheck->timeout},
                                         {"StartPeriod", config.healthcheck->start_period},
                                         {"StartInterval", config.healthcheck->start_interval},
                                         {"Retries", config.healthcheck->retries}};
    return json_text(json);
}

} // namespace slipway::engine
