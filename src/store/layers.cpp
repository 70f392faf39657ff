// SPDX-License-Identifier: LGPL-2.1-or-later
// Layers: chain ids, and directories from tmp/ to their places and back.
#include "store/layers.hpp"

#include "base/failure.hpp"
#include "hashing/sha256.hpp"
#include "store/durable.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::store {

namespace {

constexpr const char* content_name = "fs";
constexpr const char* recipe_name = "recipe";
constexpr const char* opaque_name = "opaque";
constexpr mode_t recipe_mode = 0600;
constexpr mode_t root_mode = 0755;

} // namespace

std::vector<Digest> chain_ids(const std::vector<Digest>& diff_ids)
{
    std::vector<Digest> chain;
    chain.reserve(diff_ids.size());
    for (const Digest& diff_id : diff_ids)
        chain.push_back(chain.empty() ? diff_id
                                      : hashing::digest_of(chain.back().text() + " " + diff_id.text()));
    return chain;
}

void LayerDraft::mark_opaque() const
{
    const std::filesystem::path mark = path_ / opaque_name;
    const Fd file{check(::open(mark.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, recipe_mode),
                        "create", mark.native())};
}

LayerDraft Layers::make_draft() const
{
    std::filesystem::path path = scratch_.make_directory();
    const std::filesystem::path content = path / content_name;
    check(::mkdir(content.c_str(), root_mode), "make the directory", content.native());
    Fd directory{check(::open(content.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), "open",
                       content.native())};
    check(::fchmod(directory.number(), root_mode), "set the mode of", content.native()); // whatever the umask
    const std::filesystem::path recipe_path = path / recipe_name;
    Fd recipe{
        check(::open(recipe_path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, recipe_mode),
              "create", recipe_path.native())};
    return LayerDraft{std::move(path), std::move(directory), std::move(recipe)};
}

std::optional<Trash> Layers::adopt(const LayerDraft& draft, const Digest& chain_id) const
{
    const std::filesystem::path place = path(chain_id);
    if (::rename(draft.path().c_str(), place.c_str()) == 0)
        return std::nullopt;
    // A layer's directory is never empty, so it is never replaced.
    if (errno == ENOTEMPTY || errno == EEXIST)
        return draft.path();
    throw errno_failure(errno, "rename to", place.native());
}

std::optional<Trash> Layers::replace(const LayerDraft& draft, const Digest& chain_id) const
{
    const std::filesystem::path place = path(chain_id);
    if (::renameat2(AT_FDCWD, draft.path().c_str(), AT_FDCWD, place.c_str(), RENAME_EXCHANGE) == 0)
        return draft.path();
    std::optional<Trash> former;
    if (errno != ENOENT)
        former = scratch_.take(place);
    check(::rename(draft.path().c_str(), place.c_str()), "rename to", place.native());
    return former;
}

void Layers::sync() const
{
    const Fd directory{
        check(::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", directory_.native())};
    check(::syncfs(directory.number()), "sync", directory_.native());
}

bool Layers::has(const Digest& chain_id) const
{
    return is_there(root(chain_id));
}

std::filesystem::path Layers::root(const Digest& chain_id) const
{
    return path(chain_id) / content_name;
}

bool Layers::has_recipe(const Digest& chain_id) const
{
    struct stat status {};
    return ::lstat((path(chain_id) / recipe_name).c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
           status.st_size > 0;
}

bool Layers::is_opaque(const Digest& chain_id) const
{
    return is_there(path(chain_id) / opaque_name);
}

LayerParts Layers::open(const Digest& chain_id) const
{
    if (!has_recipe(chain_id))
        throw Failure{
            ErrorCode::damaged_layer,
            "layer " + chain_id.text() +
                " has no recipe, since an older version unpacked it: remove the image and get it again"};
    const std::filesystem::path content = root(chain_id);
    const std::filesystem::path recipe = path(chain_id) / recipe_name;
    LayerParts parts;
    parts.directory.reset(check(::open(content.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
                                "open", content.native()));
    parts.recipe.reset(
        check(::open(recipe.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC), "open", recipe.native()));
    return parts;
}

std::optional<Trash> Layers::take(const Digest& chain_id) const
{
    return scratch_.take(path(chain_id));
}

} // namespace slipway::store
