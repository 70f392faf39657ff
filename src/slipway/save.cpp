// SPDX-License-Identifier: LGPL-2.1-or-later
// save: images into an archive or a directory.
#include "client/manager.hpp"
#include "slipway/image_job.hpp"
#include "slipway/output_job.hpp"
#include "slipway/tool.hpp"
#include "slipway/verbs.hpp"

#include <array>

namespace slipway::cli {

namespace {

struct SaveFormat {
    std::string_view name;
    const char* of_engine;
    bool is_directory; // which is made here, with our own rights
};

constexpr std::array save_formats{
    SaveFormat{"docker-archive", "docker-archive", false},
    SaveFormat{"oci-archive", "oci-archive", false},
    SaveFormat{"oci-dir", "oci-archive", true},
    SaveFormat{"docker-dir", "docker-dir", true},
};

const SaveFormat& find_format(std::string_view name)
{
    for (const SaveFormat& format : save_formats)
        if (format.name == name)
            return format;
    throw UsageError{"--format: '" + std::string{name} +
                     "' is none of docker-archive, oci-archive, oci-dir and docker-dir"};
}

const SaveFormat& choose_format(const std::optional<std::string>& format, const std::string& output)
{
    if (format)
        return find_format(*format);
    std::error_code error;
    const bool is_directory = output.ends_with('/') || std::filesystem::is_directory(output, error);
    return find_format(is_directory ? "oci-dir" : "docker-archive");
}

using Hand = std::function<void(Fd archive)>;

void save_to_directory(const std::string& path, const Hand& hand)
{
    NewDirectory directory{path};
    const std::optional<std::string> tar = find_program("tar");
    if (!tar)
        throw Failure{ErrorCode::not_supported,
                      "a directory is made by tar, which is not installed: install it, "
                      "or save to a file"};
    FdPair pipe = make_pipe();
    Tool unpacking{*tar, {"-x", "-o", "-f", "-", "-C", directory.draft().native()}, pipe.first.number(), -1};
    pipe.first.reset();
    hand(std::move(pipe.second));
    if (unpacking.wait() != 0)
        throw Failure{ErrorCode::io_error, "tar could not make the directory " + path};
    directory.keep();
}

} // namespace

int save(Context& context, const Arguments& arguments)
{
    std::string output;
    std::optional<std::string> format;
    bool is_quiet = false;
    bool is_ignored = false;
    std::vector<std::string> images;
    Options options{"save [-o FILE|DIRECTORY] [--format FORMAT] [-q] IMAGE...",
                    "Writes images into an archive, to standard output if no file is named."};
    options.text("-o,--output", output, "FILE", "Write here; a directory makes oci-dir the default format");
    options.text("--format", format, "FORMAT",
                 "docker-archive (which is an OCI archive as well), oci-archive, oci-dir or docker-dir");
    options.flag("-q,--quiet", is_quiet, "No progress");
    options.flag("-m,--multi-image-archive", is_ignored, "Nothing; several images may always be saved");
    options.operands("IMAGE", images, "Images, by reference or beginning of the ID");
    options.parse(arguments);

    const SaveFormat& chosen = choose_format(format, output);
    if (chosen.is_directory && output.empty())
        throw UsageError{"--format " + std::string{chosen.name} + " needs -o DIRECTORY"};
    client::Manager manager{context.engine()};
    const Hand hand = [&](Fd archive) {
        run_image_job(
            context, is_quiet ? Shown::nothing : Shown::progress, std::move(archive),
            [&](int descriptor) { return manager.save_images(images, descriptor, chosen.of_engine); });
    };
    if (chosen.is_directory) {
        save_to_directory(output, hand);
    } else {
        OutputArchive archive{output};
        hand(archive.take());
        archive.keep();
    }
    return 0;
}

} // namespace slipway::cli
