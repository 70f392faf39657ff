// SPDX-License-Identifier: LGPL-2.1-or-later
// Bundles: a container's root on the host is nobody there, and yet finds its own.
#include "engine/container/bundle.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/json.hpp"

#include <sys/stat.h>
#include <unistd.h>

namespace slipway::engine {

namespace {

// To be passed through by all, and listed by root alone.
void make_passage(const std::filesystem::path& directory)
{
    if (::mkdir(directory.c_str(), 0711) < 0 && errno != EEXIST)
        throw errno_failure(errno, "make", directory.native());
    check(::chmod(directory.c_str(), 0711), "set the mode of", directory.native());
}

} // namespace

bool has_any(const oci::Hooks& hooks)
{
    for (const auto* kind : {&hooks.prestart, &hooks.create_runtime, &hooks.create_container,
                             &hooks.start_container, &hooks.poststart, &hooks.poststop})
        if (!kind->empty())
            return true;
    return false;
}

std::filesystem::path bundle_root(const std::filesystem::path& bundle)
{
    return bundle / "rootfs";
}

void make_bundle(const std::filesystem::path& bundle, const oci::RuntimeConfig& config,
                 std::optional<std::uint32_t> owner)
{
    make_passage(bundle.parent_path());
    make_passage(bundle);
    make_passage(bundle_root(bundle));
    // It has the container's environment in it, which is nobody else's to read.
    const std::filesystem::path file = bundle / "config.json";
    replace_file(file, oci::to_json(config), Durability::page_cache, 0400);
    if (owner)
        check(::chown(file.c_str(), *owner, *owner), "set the owner of", file.native());
}

std::string bundle_state(const std::filesystem::path& bundle, const oci::RuntimeConfig& config,
                         const std::string& id)
{
    return json_text(Json{{"ociVersion", config.oci_version},
                          {"id", id},
                          {"bundle", bundle.native()},
                          {"annotations", config.annotations}});
}

} // namespace slipway::engine
