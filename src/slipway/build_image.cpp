// SPDX-License-Identifier: LGPL-2.1-or-later
// build_image(): buildah's archive, or what BuildKit writes, loaded.
#include "slipway/build_image.hpp"

#include "base/file.hpp"
#include "client/manager.hpp"
#include "oci/reference.hpp"
#include "slipway/archive.hpp"
#include "slipway/image_job.hpp"
#include "slipway/tool.hpp"

#include <cstdlib>
#include <filesystem>

namespace slipway::cli {

namespace {

// What buildah writes for us; gone at the end.
class WorkDirectory {
  public:
    WorkDirectory()
    {
        // As large as an image is, so it is no matter of /tmp, which may be memory (file-hierarchy(7)).
        const char* const chosen = ::secure_getenv("TMPDIR"); // NOLINT: before any thread
        std::string text =
            std::string{chosen == nullptr || *chosen == '\0' ? "/var/tmp" : chosen} + "/slipway-build.XXXXXX";
        if (::mkdtemp(text.data()) == nullptr)
            throw errno_failure(errno, "make the directory", text);
        path_ = text;
    }
    WorkDirectory(const WorkDirectory&) = delete;
    WorkDirectory& operator=(const WorkDirectory&) = delete;
    WorkDirectory(WorkDirectory&&) = delete;
    WorkDirectory& operator=(WorkDirectory&&) = delete;
    ~WorkDirectory()
    {
        std::error_code error;
        std::filesystem::remove_all(path_, error);
    }

    std::string id_file() const { return (path_ / "id").native(); }
    std::string dockerfile() const { return (path_ / "Dockerfile").native(); }
    std::string archive() const { return (path_ / "image.tar").native(); }
    std::string id() const
    {
        const std::string text = read_file(id_file(), 1U << 10U);
        return text.substr(0, text.find_first_of(" \n"));
    }

  private:
    std::filesystem::path path_;
};

client::JobInfo build_and_load(Context& context, BuildWish wish)
{
    const WorkDirectory work;
    if (wish.file_text) {
        wish.file = work.dockerfile();
        replace_file(wish.file, *wish.file_text, Durability::page_cache);
    }
    client::Manager manager{context.engine()};
    const auto begin = [&](int archive) {
        return manager.load_images(archive,
                                   wish.platform.empty() ? std::nullopt : std::optional{wish.platform});
    };
    if (const std::optional<std::string> buildah = find_program("buildah")) {
        run_tool(buildah_build(*buildah, wish, work.id_file()));
        run_tool(buildah_push(*buildah, wish, work.id(), work.archive()));
        return run_image_job(context, Shown::progress, open_archive(work.archive(), {}), begin);
    }
    if (const std::optional<std::string> buildctl = find_program("buildctl"))
        return run_tool_job(context, buildctl_build(*buildctl, wish), begin);
    throw Failure{ErrorCode::not_supported,
                  "images are built by buildah, or by BuildKit's buildctl, and neither is "
                  "installed: install buildah"};
}

} // namespace

std::string build_image(Context& context, BuildWish wish, const std::vector<std::string>& tags)
{
    std::vector<std::string> names;
    names.reserve(tags.size());
    for (const std::string& tag : tags) {
        const oci::Reference reference = oci::parse_reference(tag).value();
        if (reference.digest)
            throw Failure{ErrorCode::invalid_argument, tag + ": a digest cannot be given to an image"};
        names.push_back(reference.canonical());
    }
    std::error_code error;
    if (!std::filesystem::is_directory(wish.context, error))
        throw Failure{ErrorCode::invalid_argument, wish.context + " is no directory"};
    wish.name = names.empty() ? "" : names.front();
    const client::JobInfo job = build_and_load(context, std::move(wish));
    client::Image image{context.engine(), job.result};
    for (std::size_t i = 1; i < names.size(); ++i)
        context.await(image.tag(names[i]));
    return job.result;
}

} // namespace slipway::cli
