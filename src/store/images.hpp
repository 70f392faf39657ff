// SPDX-License-Identifier: LGPL-2.1-or-later
// Images: the rows of the state database that say which images there are, their names and their layers.
#pragma once

#include "base/digest.hpp"
#include "base/time.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::store {

struct LayerRow {
    Digest chain_id;    // of this layer over those below it: the name of its directory
    Digest diff_id;     // of its uncompressed tar
    std::uint64_t size; // bytes of that tar

    bool operator==(const LayerRow&) const = default;
};

struct ImageRow {
    Digest id;                      // of the configuration
    Digest manifest;                // of the manifest
    std::uint64_t size;             // bytes of all layers' tars
    RealTime created_at;            // when it came here
    std::vector<std::string> names; // familiar references, sorted
    std::vector<LayerRow> layers;   // lowest first

    bool operator==(const ImageRow&) const = default;
};

// What no row refers to any more once an image is gone.
struct Orphans {
    std::vector<Digest> layers; // chain ids
    std::vector<Digest> blobs;
};

class Images {
  public:
    explicit Images(Database& database) : database_{database} {}

    // Names that other images bear move to this one. One that is there already keeps its row and gains the
    // names.
    void add(const ImageRow& image);

    // Lets NAME (familiar) mean the image ID from now on, and no index (indexes.hpp). Throws
    // Failure{no_such_image}.
    void set_name(std::string_view name, const Digest& id);
    // Takes a name away; the image stays, even without one. Throws Failure{no_such_image}.
    void remove_name(std::string_view name);
    // Throws Failure: no_such_image; image_in_use naming the containers.
    Orphans remove(const Digest& id);

    // The layers of an image, in place of what the rows say of them. Throws Failure{no_such_image}.
    void set_layers(const Digest& id, const std::vector<LayerRow>& layers);
    // Takes away rows of names and layers of images that are not there; how many.
    int drop_dangling();

    // What another hand has done to the rows is seen from now on.
    void reread() noexcept { known_.clear(); }

    // Whether a container is made from it.
    bool is_used(const Digest& id);
    // Whether a blob is an image's configuration or manifest.
    bool needs(const Digest& blob);
    // Bytes of a layer's tar; nothing for a layer of no image.
    std::optional<std::uint64_t> find_layer_size(const Digest& chain_id);
    // Bytes of the layers that no other image has.
    std::uint64_t unshared_size(const Digest& id);

    // Oldest first.
    std::vector<ImageRow> list();
    // By reference ("debian:bookworm", "debian", "debian@sha256:…") or by id or the beginning of one, with or
    // without "sha256:", in this order. A beginning that several share throws Failure{invalid_argument}
    // naming some of them.
    std::optional<ImageRow> find(std::string_view text);
    // The same; throws Failure{no_such_image}.
    ImageRow at(std::string_view text);

  private:
    std::optional<ImageRow> find_id(std::string_view id);
    std::optional<ImageRow> read(std::string_view id);

    Database& database_;
    // What was read, until a row changes: each start asks three times, and an image may have 500 layers.
    std::map<std::string, ImageRow, std::less<>> known_;
};

} // namespace slipway::store
