// SPDX-License-Identifier: LGPL-2.1-or-later
// Store: the sweep, which makes rows and directories agree again after an engine or a machine died.
#include "base/failure.hpp"
#include "base/id.hpp"
#include "store/store.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>

namespace slipway::store {

namespace {

using Names = std::set<std::string>;

// Adds what DIRECTORY has and KNOWN has not.
void find_strays(std::vector<Stray>& strays, Stray::Kind kind, const std::filesystem::path& directory,
                 const Names& known)
{
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{directory, error})
        if (!known.contains(entry.path().filename().native()))
            strays.push_back({kind, entry.path()});
    if (error)
        throw errno_failure(error.value(), "list", directory.native());
}

// Of DIRECTORY, those that nobody has written to for so long.
std::vector<std::filesystem::path> old_ones(const std::filesystem::path& directory, std::chrono::hours age)
{
    std::vector<std::filesystem::path> old;
    std::error_code error;
    const auto limit = std::filesystem::file_time_type::clock::now() - age;
    for (const auto& entry : std::filesystem::directory_iterator{directory, error})
        if (entry.last_write_time(error) < limit)
            old.push_back(entry.path());
    return old;
}

} // namespace

void Store::forget_lost(std::vector<std::string>& lost)
{
    for (const ContainerRow& row : containers_.list()) {
        if (container_directories_.has(row.id))
            continue;
        containers_.remove(row.id);
        lost.push_back("container " + row.name + " (" + short_id(row.id) + "): its directory is gone");
    }
    Names used;
    for (const ContainerRow& row : containers_.list())
        used.insert(row.image_id);
    for (const ImageRow& image : images_.list()) {
        const bool is_whole =
            blobs_.has(image.id) && blobs_.has(image.manifest) &&
            std::all_of(image.layers.begin(), image.layers.end(),
                        [this](const LayerRow& layer) { return layers_.has(layer.chain_id); });
        // One that containers use stays, damaged as it is: they may still hold somebody's data.
        if (is_whole || used.contains(image.id.hex()))
            continue;
        images_.remove(image.id);
        lost.push_back("image " + (image.names.empty() ? image.id.text() : image.names.front()) +
                       ": parts of it are gone");
    }
}

void Store::forget_lost_indexes(std::vector<std::string>& lost)
{
    for (const Digest& index : indexes_.list()) {
        const std::vector<Digest> blobs = indexes_.blobs_of(index);
        if (!blobs.empty() &&
            std::all_of(blobs.begin(), blobs.end(), [this](const Digest& blob) { return blobs_.has(blob); }))
            continue;
        indexes_.forget(index);
        lost.push_back("index " + index.text() + ": parts of it are gone");
    }
    indexes_.drop_unnamed();
}

void Store::find_volumes(std::vector<std::string>& lost)
{
    for (const VolumeRow& row : volumes_.list()) {
        if (volume_directories_.has(row.name))
            continue;
        volumes_.remove(row.name);
        lost.push_back("volume " + row.name + ": its directory is gone");
    }
    for (const std::string& name : volume_directories_.list()) {
        if (volumes_.find(name))
            continue;
        if (!is_volume_name(name) || !volume_directories_.has(name) || volume_directories_.is_empty(name)) {
            scratch_.take(root_ / "volumes" / name);
            continue;
        }
        volumes_.insert({name, now(), is_id(name), true, {}});
        lost.push_back("volume " + name + ": its settings are gone, its content is there");
    }
}

std::vector<Stray> Store::strays()
{
    Names containers;
    for (const ContainerRow& row : containers_.list())
        containers.insert(row.id);
    Names layers;
    Names blobs;
    for (const ImageRow& image : images_.list()) {
        blobs.insert(image.id.hex());
        blobs.insert(image.manifest.hex());
        for (const LayerRow& layer : image.layers)
            layers.insert(layer.chain_id.hex());
    }
    for (const Digest& index : indexes_.list())
        for (const Digest& blob : indexes_.blobs_of(index))
            blobs.insert(blob.hex());
    std::vector<Stray> strays;
    find_strays(strays, Stray::Kind::container, root_ / "containers", containers);
    find_strays(strays, Stray::Kind::layer, root_ / "layers", layers);
    find_strays(strays, Stray::Kind::layer, root_ / "bases", layers);
    find_strays(strays, Stray::Kind::blob, root_ / "blobs/sha256", blobs);
    return strays;
}

Sweep Store::sweep()
{
    Sweep sweep;
    forget_lost(sweep.lost);
    forget_lost_indexes(sweep.lost);
    find_volumes(sweep.lost);
    for (const Stray& stray : strays())
        scratch_.take(stray.path);
    for (const std::filesystem::path& partial : old_ones(root_ / "partial", std::chrono::hours{24 * 7}))
        scratch_.take(partial);
    sweep.trash = scratch_.list();
    return sweep;
}

} // namespace slipway::store
