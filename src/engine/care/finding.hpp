// SPDX-License-Identifier: LGPL-2.1-or-later
// Finding: something that a check of the store found wrong, and what became of it.
#pragma once

#include <string>
#include <vector>

namespace slipway::engine {

enum class Fault {
    damaged_database,
    damaged_blob,
    damaged_layer,
    contradicting_image, // its rows are not what its configuration says
    lost_container,      // a row, and parts of its directory are not there
    lost_volume,         // a row without a directory
    unlisted_volume,     // content without a row
    stray,               // belongs to nothing
};

constexpr const char* fault_name(Fault fault)
{
    switch (fault) {
    case Fault::damaged_database:
        return "damaged-database";
    case Fault::damaged_blob:
        return "damaged-blob";
    case Fault::damaged_layer:
        return "damaged-layer";
    case Fault::contradicting_image:
        return "contradicting-image";
    case Fault::lost_container:
        return "lost-container";
    case Fault::lost_volume:
        return "lost-volume";
    case Fault::unlisted_volume:
        return "unlisted-volume";
    case Fault::stray:
        return "stray";
    }
    return "unknown";
}

struct Finding {
    Fault fault = Fault::stray;
    std::string place;               // a path, or the name of a container, image or volume
    std::string message;             // what is wrong with it
    std::vector<std::string> images; // that are hit, by a name or ID
    std::string outcome;             // of a repair: what was done, or why nothing was
    bool is_settled = false;         // it is right now
};

} // namespace slipway::engine
