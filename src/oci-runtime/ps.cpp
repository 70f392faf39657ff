// SPDX-License-Identifier: LGPL-2.1-or-later
// ps: the processes of a container.
#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "oci-runtime/place.hpp"

namespace slipway::oci_runtime {

int ps(Context& context, const Arguments& arguments)
{
    std::string id;
    bool is_json = false;
    Options options = make_options("ps [OPTIONS] ID", "Lists the PIDs of a container's processes.");
    options.format(is_json, "-f,--format");
    options.operand("ID", id, "The container's ID");
    options.parse(arguments);
    const Place place{Container::find(context, id).record()};
    if (!place.group())
        throw Failure{ErrorCode::not_supported, "the container has no cgroup of its own"};
    const std::vector<pid_t> members = place.group()->members();
    std::string text = is_json ? json_text(Json(members)) + "\n" : "PID\n";
    for (const pid_t pid : members)
        text += is_json ? "" : std::to_string(pid) + "\n";
    write_all(1, text, "standard output");
    return 0;
}

} // namespace slipway::oci_runtime
