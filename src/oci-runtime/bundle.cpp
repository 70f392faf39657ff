// SPDX-License-Identifier: LGPL-2.1-or-later
// A bundle: loaded, and held against what every container needs.
#include "oci-runtime/bundle.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"

#include <filesystem>
#include <sys/stat.h>

namespace slipway::oci_runtime {

namespace {

[[noreturn]] void refuse(const std::string& message)
{
    throw Failure{ErrorCode::invalid_argument, message};
}

void complete(oci::RuntimeConfig& config, const std::string& bundle)
{
    if (!config.process)
        refuse("process: is missing");
    if (config.root.path.empty())
        refuse("root.path: is missing");
    const oci::Namespace* const mounts = oci::find_namespace(config.linux, oci::NamespaceType::mount);
    if (mounts == nullptr || !mounts->path.empty())
        refuse("linux.namespaces: a new mount namespace is needed");
    const std::filesystem::path base{bundle};
    config.root.path = (base / config.root.path).lexically_normal();
    struct stat status {};
    if (::stat(config.root.path.c_str(), &status) < 0 || !S_ISDIR(status.st_mode))
        refuse("root.path: " + config.root.path + " is no directory");
    for (oci::Mount& mount : config.mounts) {
        bool is_bind = mount.type == "bind";
        for (const std::string& option : mount.options)
            is_bind = is_bind || option == "bind" || option == "rbind";
        if (is_bind)
            mount.source = (base / mount.source).lexically_normal();
        else if (!mount.uid_mappings.empty())
            refuse("mounts: " + mount.destination + ": uidMappings are for bind mounts");
    }
}

} // namespace

Bundle load_bundle(const std::string& directory, const std::string& config)
{
    Bundle bundle;
    std::error_code failed;
    bundle.path = std::filesystem::canonical(directory.empty() ? "." : directory, failed);
    if (failed)
        throw errno_failure(failed.value(), "open the bundle", directory.empty() ? "." : directory);
    bundle.text = read_file(std::filesystem::path{bundle.path} / (config.empty() ? "config.json" : config));
    bundle.config = oci::parse_runtime_config(bundle.text).value();
    complete(bundle.config, bundle.path);
    return bundle;
}

} // namespace slipway::oci_runtime
