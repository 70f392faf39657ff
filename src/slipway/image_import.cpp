// SPDX-License-Identifier: LGPL-2.1-or-later
// image import: an image from an archive.
#include "client/manager.hpp"
#include "slipway/archive.hpp"
#include "slipway/container_text.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int image_import(Context& context, const Arguments& arguments)
{
    std::string file;
    std::string reference;
    std::vector<std::string> changes;
    Options options{
        "image import [-c INSTRUCTION]... FILE|- REFERENCE",
        "Makes an image of one layer from a tar archive of a root file system, plain or compressed, and "
        "prints its ID."};
    options.list("-c,--change", changes, "INSTRUCTION",
                 "Set the image's configuration, as in 'CMD [\"sh\"]'");
    options.operand("FILE", file, "The archive; - for standard input");
    options.operand("REFERENCE", reference, "The image's name, such as debian:bookworm");
    options.parse(arguments);

    Fd archive = open_archive(file, "mmdebstrap bookworm | slipway image import - debian:bookworm");
    client::Manager manager{context.engine()};
    const std::string path = run_archive_job(context, std::move(archive), [&](int descriptor) {
        return manager.import_image(descriptor, reference, changes);
    });
    print_line("sha256:" + image_id(path));
    return 0;
}

} // namespace slipway::cli
