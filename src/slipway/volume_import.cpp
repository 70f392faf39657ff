// SPDX-License-Identifier: LGPL-2.1-or-later
// volume import: a volume from an archive.
#include "client/manager.hpp"
#include "slipway/archive.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int volume_import(Context& context, const Arguments& arguments)
{
    std::string name;
    std::string file;
    Options options{"volume import NAME FILE|-",
                    "Makes a volume from a tar archive, plain or compressed, or fills one that is empty."};
    options.operand("NAME", name, "The volume");
    options.operand("FILE", file, "The archive; - for standard input");
    options.parse(arguments);

    Fd archive = open_archive(file, "tar -C DIRECTORY -c . | slipway volume import " + name + " -");
    client::Manager manager{context.engine()};
    run_archive_job(context, std::move(archive),
                    [&](int descriptor) { return manager.import_volume(descriptor, name); });
    print_line(name);
    return 0;
}

} // namespace slipway::cli
