// SPDX-License-Identifier: LGPL-2.1-or-later
// Samples: digests are those of the contents, so that equal contents are shared as real ones are.
#include "samples.hpp"

#include "base/file.hpp"
#include "hashing/sha256.hpp"
#include "store/remove_tree.hpp"

namespace slipway::store::testing {

namespace {

std::string config_of(const std::vector<std::string>& diffs)
{
    std::string text = "config";
    for (const std::string& diff : diffs)
        text += " " + diff;
    return text;
}

} // namespace

std::string id_of(char digit)
{
    return std::string(64, digit);
}

ImageRow image_row(std::string_view name, const std::vector<std::string>& diffs)
{
    const std::string config = config_of(diffs);
    ImageRow row{hashing::digest_of(config), hashing::digest_of("manifest of " + config), 0, now(), {}, {}};
    if (!name.empty())
        row.names = {std::string{name}};
    std::vector<Digest> diff_ids;
    for (const std::string& diff : diffs)
        diff_ids.push_back(hashing::digest_of(diff));
    const std::vector<Digest> chain = chain_ids(diff_ids);
    for (std::size_t i = 0; i < diffs.size(); ++i) {
        row.layers.push_back({chain[i], diff_ids[i], diffs[i].size()});
        row.size += diffs[i].size();
    }
    return row;
}

ContainerRow container_row(char digit, std::string_view name, const Digest& image)
{
    ContainerRow row;
    row.id = id_of(digit);
    row.name = name;
    row.image_id = image.hex();
    row.image_name = "debian:bookworm";
    row.spec = R"({"command":["true"]})";
    row.created_at = from_usec(1'700'000'000'000'000U + static_cast<unsigned char>(digit));
    return row;
}

LayerDraft make_layer(const Store& store, std::string_view content)
{
    LayerDraft draft = store.layers().make_draft();
    replace_file(draft.path() / "fs" / "content", content, Durability::page_cache);
    return draft;
}

ImageRow add_image(Store& store, std::string_view name, const std::vector<std::string>& diffs)
{
    ImageRow row = image_row(name, diffs);
    const std::string config = config_of(diffs);
    store.blobs().put(config);
    store.blobs().put("manifest of " + config);
    std::vector<LayerDraft> drafts;
    drafts.reserve(diffs.size());
    std::vector<NewLayer> layers;
    for (std::size_t i = 0; i < diffs.size(); ++i) {
        drafts.push_back(make_layer(store, diffs[i]));
        layers.push_back({&drafts.back(), row.layers[i].chain_id});
    }
    remove_all(store.add_image(row, layers));
    return row;
}

std::set<std::string> names_in(const std::filesystem::path& directory)
{
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{directory})
        names.insert(entry.path().filename());
    return names;
}

void remove_all(const std::vector<Trash>& trash)
{
    for (const Trash& tree : trash)
        remove_tree(tree);
}

} // namespace slipway::store::testing
