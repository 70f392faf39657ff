// SPDX-License-Identifier: LGPL-2.1-or-later
// What listings say of a container, an image and their names.
#pragma once

#include "base/time.hpp"
#include "client/container.hpp"

#include <string>
#include <string_view>

namespace slipway::cli {

// "Up 3 seconds", "Exited (137) 5 seconds ago", "Created".
std::string status_text(const client::ContainerInfo& info, RealTime present);

// The 64 digits in an image's object path; empty for another path.
std::string image_id(std::string_view path);

struct NameParts {
    std::string repository;
    std::string tag;
};

// "localhost:5000/web:1" is "localhost:5000/web" and "1"; a digest belongs to neither.
NameParts split_reference(const std::string& reference);

} // namespace slipway::cli
