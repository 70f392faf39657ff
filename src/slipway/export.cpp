// SPDX-License-Identifier: LGPL-2.1-or-later
// export: a container's root as an archive, or what another supervisor needs to keep it.
#include "client/manager.hpp"
#include "slipway/export_for.hpp"
#include "slipway/output_job.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int export_container(Context& context, const Arguments& arguments)
{
    std::optional<std::string> name;
    std::string file;
    std::string supervisor;
    Options options{"export [-o FILE] NAME | export --for SUPERVISOR [-o DIR] [NAME]",
                    "Writes a container's root file system as a tar archive, without its volumes and other "
                    "mounts; it may run or be at rest. With --for: writes what another supervisor than "
                    "systemd needs to keep the container, or without NAME the engine."};
    options.text("-o,--output", file, "FILE|DIR",
                 "Write to a file, which appears when it is whole; with --for to files in a directory");
    options.text("--for", supervisor, "SUPERVISOR", "runit, sysvinit, s6, openrc, supervisord or upstart");
    options.operand("NAME", name, "The container");
    options.parse(arguments);
    if (!supervisor.empty())
        return export_for(context, supervisor, name, file);
    if (!name)
        throw UsageError{"export: which container? (NAME)"};

    OutputArchive output{file};
    client::Manager manager{context.engine()};
    client::Container container{context.engine(), context.await(manager.find_container(*name))};
    run_output_job(context, output, [&](int archive) { return container.export_root(archive); });
    return 0;
}

} // namespace slipway::cli
