// SPDX-License-Identifier: LGPL-2.1-or-later
// info: what the engine says of itself and its host.
#include "client/manager.hpp"
#include "slipway/human.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

namespace {

// What there is none of gets no line.
std::string lines_of(const std::string& title, const std::vector<std::string>& items)
{
    std::string text;
    for (const std::string& item : items)
        text += (text.empty() ? title : std::string(title.size(), ' ')) + visible(item) + "\n";
    return text;
}

std::vector<std::string> reasons_of(const std::vector<std::pair<std::string, std::string>>& obstacles)
{
    std::vector<std::string> reasons;
    reasons.reserve(obstacles.size());
    for (const auto& [driver, reason] : obstacles) {
        std::string& told = reasons.emplace_back(driver == "none" ? "" : driver);
        if (!told.empty())
            told += ": ";
        told += reason;
    }
    return reasons;
}

} // namespace

int info(Context& context, const Arguments& arguments)
{
    bool is_json = false;
    Options options{"info [--format table|json]", "Prints what the engine says of itself and its host."};
    options.format(is_json);
    options.parse(arguments);

    client::Manager manager{context.engine()};
    const client::EngineInfo info = context.await(manager.read());
    const client::DeviceList devices = context.await(manager.list_devices());
    if (is_json) {
        print(json_text(info, devices));
        return 0;
    }
    print("Engine version:  " + info.version +                           //
          "\nContainers:      " + std::to_string(info.container_count) + //
          " (" + std::to_string(info.running_count) + " running)" +      //
          "\nImages:          " + std::to_string(info.image_count) +     //
          "\nPlacement:       " + info.placement +                       //
          "\nState directory: " + info.state_directory + "\nKernel:          " + info.kernel_release +
          "\nUser namespaces: " +
          (info.user_namespace_obstacle.empty() ? "one per container"
                                                : "the host's (" + info.user_namespace_obstacle + ")") +
          "\nRoot driver:     " + info.root_driver + "\n" +
          lines_of("not taken:       ", reasons_of(info.root_driver_obstacles)) +
          "Network:         " + info.network_driver + "\n" +
          lines_of("not taken:       ", reasons_of(info.network_driver_obstacles)) +
          lines_of("CDI devices:     ", devices.names) + lines_of("CDI complaints:  ", devices.complaints));
    return 0;
}

} // namespace slipway::cli
