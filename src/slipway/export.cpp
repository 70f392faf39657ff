// SPDX-License-Identifier: LGPL-2.1-or-later
// export: a container's root as an archive.
#include "client/manager.hpp"
#include "slipway/output_job.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int export_container(Context& context, const Arguments& arguments)
{
    std::string name;
    std::string file;
    Options options{"export [-o FILE] NAME",
                    "Writes a container's root file system as a tar archive, without its volumes and other "
                    "mounts. It may run or be at rest."};
    options.text("-o,--output", file, "FILE", "Write to a file, which appears when it is whole");
    options.operand("NAME", name, "The container");
    options.parse(arguments);

    OutputArchive output{file};
    client::Manager manager{context.engine()};
    client::Container container{context.engine(), context.await(manager.find_container(name))};
    run_output_job(context, output, [&](int archive) { return container.export_root(archive); });
    return 0;
}

} // namespace slipway::cli
