// SPDX-License-Identifier: LGPL-2.1-or-later
// volume export: a volume's content as an archive.
#include "client/manager.hpp"
#include "slipway/output_job.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int volume_export(Context& context, const Arguments& arguments)
{
    std::string name;
    std::string file;
    Options options{"volume export [-o FILE] NAME",
                    "Writes a volume's content as a tar archive, which 'volume import' takes."};
    options.text("-o,--output", file, "FILE", "Write to a file, which appears when it is whole");
    options.operand("NAME", name, "The volume");
    options.parse(arguments);

    OutputArchive output{file};
    client::Manager manager{context.engine()};
    client::Volume volume{context.engine(), context.await(manager.find_volume(name))};
    run_output_job(context, output, [&](int archive) { return volume.export_content(archive); });
    return 0;
}

} // namespace slipway::cli
