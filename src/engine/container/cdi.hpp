// SPDX-License-Identifier: LGPL-2.1-or-later
// CdiRegistry: the devices that the host's CDI specifications describe (oci/cdi_spec.hpp).
#pragma once

#include "engine/container/device_edits.hpp"
#include "oci/cdi_name.hpp"
#include "oci/cdi_spec.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace slipway::engine {

// Administrators' and vendors'; what programs find out at run time. The later one wins.
std::vector<std::filesystem::path> cdi_directories();

class CdiRegistry {
  public:
    // Reads *.json and *.yaml in DIRECTORIES, the later ones having priority. A bad file is a complaint.
    explicit CdiRegistry(std::vector<std::filesystem::path> directories = cdi_directories());

    // All that can be asked for, in their order: "vendor.com/class=name".
    std::vector<std::string> device_names() const;
    // "/etc/cdi/x.yaml: kind: …": files that count for nothing.
    const std::vector<std::string>& complaints() const noexcept { return complaints_; }

    // What these devices ("vendor.com/class=name", =all) add to a container, held against this host. A
    // device named "all" is one; where a kind has none, "all" is each of its devices. Throws
    // Failure{no_such_device, not_supported}.
    DeviceEdits find(const std::vector<std::string>& names) const;

  private:
    struct File {
        std::filesystem::path path;
        std::size_t priority = 0;
        oci::cdi::Spec spec;
    };
    struct Found {
        const File* file = nullptr;
        const oci::cdi::Device* device = nullptr;
    };

    void read(const std::filesystem::path& path, std::size_t priority);
    std::vector<Found> expand(const oci::cdi::Name& name) const;
    // Nothing where no file describes it. Throws where two of the same priority do.
    Found find_device(const oci::cdi::Name& name) const;
    std::vector<std::string> names_of_kind(const std::string& kind) const;
    [[noreturn]] void refuse(const oci::cdi::Name& name) const;

    std::vector<std::filesystem::path> directories_;
    std::vector<File> files_;
    std::vector<std::string> complaints_;
};

} // namespace slipway::engine
