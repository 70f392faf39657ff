// SPDX-License-Identifier: LGPL-2.1-or-later
// Samples: rows, drafts and whole images for tests of the store.
#pragma once

#include "store/store.hpp"

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::store::testing {

// The digit 64 times.
std::string id_of(char digit);

// Rows that need nothing but a database. The image has the layers of DIFFS, lowest first.
ImageRow image_row(std::string_view name, const std::vector<std::string>& diffs);
ContainerRow container_row(char digit, std::string_view name, const Digest& image);

// A draft with one file called "content".
LayerDraft make_layer(const Store& store, std::string_view content);

// An image whose blobs and layers are there: the layers hold DIFFS as content.
ImageRow add_image(Store& store, std::string_view name, const std::vector<std::string>& diffs);

// Names in a directory.
std::set<std::string> names_in(const std::filesystem::path& directory);

void remove_all(const std::vector<Trash>& trash);

} // namespace slipway::store::testing
