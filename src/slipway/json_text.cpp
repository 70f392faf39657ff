// SPDX-License-Identifier: LGPL-2.1-or-later
// JSON texts: keys in the order of their writing.
#include "slipway/json_text.hpp"

#include "base/json.hpp"
#include "slipway/container_text.hpp"
#include "slipway/moment.hpp"

namespace slipway::cli {

namespace {

constexpr MemberOrder as_written = MemberOrder::as_written;

// Text from outside may be no UTF-8: such bytes become U+FFFD.
std::string dumped(const Json& value)
{
    return slipway::json_text(value, StrayBytes::replaced, 4) + "\n";
}

void add_moment(Json& object, const std::string& stem, std::uint64_t usec)
{
    object[stem + "At"] = rfc3339(usec);
    object[stem + "Timestamp"] = usec;
}

Json to_json(const client::ContainerInfo& info, RealTime present)
{
    Json object = Json::object(as_written);
    object["Id"] = info.id;
    object["Name"] = info.name;
    object["Names"] = Json::array({info.name});
    object["Image"] = info.image_name;
    object["ImageId"] = image_id(info.image_path);
    object["Command"] = info.command;
    object["State"] = info.state;
    object["Status"] = status_text(info, present);
    object["ExitStatus"] = info.exit_status;
    object["ExitSignal"] = info.exit_signal;
    object["ExitCause"] = info.exit_cause;
    object["Pid"] = info.pid;
    object["Unit"] = info.unit;
    object["Terminal"] = info.has_terminal;
    object["AutoRemove"] = info.is_auto_removed;
    add_moment(object, "Created", info.created_usec);
    add_moment(object, "Started", info.started_usec);
    add_moment(object, "Finished", info.finished_usec);
    object["Labels"] = info.labels;
    return object;
}

Json to_json(const client::ImageInfo& info)
{
    Json object = Json::object(as_written);
    object["Id"] = info.id;
    object["Names"] = info.names;
    object["Size"] = info.size;
    add_moment(object, "Created", info.created_usec);
    return object;
}

} // namespace

std::string array_of(const std::vector<std::string>& objects)
{
    Json array = Json::array();
    for (const std::string& text : objects) {
        array.push_back(parse_json(text, as_written));
        if (array.at(array.size() - 1).is_discarded())
            throw Failure{ErrorCode::internal, "the engine describes something in words that are no JSON"};
    }
    return dumped(array);
}

std::string json_text(const std::vector<client::ContainerInfo>& containers, RealTime present)
{
    Json array = Json::array();
    for (const client::ContainerInfo& info : containers)
        array.push_back(to_json(info, present));
    return dumped(array);
}

std::string json_text(const std::vector<client::ImageInfo>& images)
{
    Json array = Json::array();
    for (const client::ImageInfo& info : images)
        array.push_back(to_json(info));
    return dumped(array);
}

std::string json_text(const client::EngineInfo& info)
{
    Json object = Json::object(as_written);
    object["Version"] = info.version;
    object["Placement"] = info.placement;
    object["StateDirectory"] = info.state_directory;
    object["KernelRelease"] = info.kernel_release;
    object["UserNamespaceObstacle"] = info.user_namespace_obstacle;
    object["ContainerCount"] = info.container_count;
    object["RunningCount"] = info.running_count;
    object["ImageCount"] = info.image_count;
    return dumped(object);
}

std::string version_json(const std::string& client, const std::string& engine)
{
    Json object = Json::object(as_written);
    object["Client"]["Version"] = client;
    object["Engine"] = nullptr;
    if (!engine.empty())
        object["Engine"] = Json{{"Version", engine}};
    return dumped(object);
}

} // namespace slipway::cli
