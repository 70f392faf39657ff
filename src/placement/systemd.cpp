// SPDX-License-Identifier: LGPL-2.1-or-later
// systemd on the bus: paths of units.
#include "placement/systemd.hpp"

#include "base/failure.hpp"

#include <systemd/sd-bus.h>

#include <cstdlib>

namespace slipway::placement {

std::string unit_path(const std::string& unit)
{
    char* path = nullptr;
    check_negative(sd_bus_path_encode("/org/freedesktop/systemd1/unit", unit.c_str(), &path), "encode", unit);
    std::string text{path};
    ::free(path); // NOLINT: libsystemd allocates with malloc
    return text;
}

} // namespace slipway::placement
