// SPDX-License-Identifier: LGPL-2.1-or-later
// JSON texts: keys in the order of their writing.
#include "slipway/json_text.hpp"

#include "slipway/container_text.hpp"
#include "slipway/moment.hpp"

#include <nlohmann/json.hpp>

namespace slipway::cli {

namespace {

using Json = nlohmann::ordered_json;

// Text from outside may be no UTF-8: such bytes become U+FFFD.
std::string dumped(const Json& value)
{
    return value.dump(4, ' ', false, Json::error_handler_t::replace) + "\n";
}

void add_moment(Json& object, const std::string& stem, std::uint64_t usec)
{
    object[stem + "At"] = rfc3339(usec);
    object[stem + "Timestamp"] = usec;
}

Json to_json(const client::ContainerInfo& info, RealTime present)
{
    Json object;
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
    object["Ports"] = info.ports;
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
    Json object;
    object["Id"] = info.id;
    object["Names"] = info.names;
    object["Size"] = info.size;
    add_moment(object, "Created", info.created_usec);
    return object;
}

Json to_json(const client::VolumeInfo& info)
{
    Json object;
    object["Name"] = info.name;
    object["Mountpoint"] = info.mountpoint;
    object["Anonymous"] = info.is_anonymous;
    object["Users"] = info.users;
    add_moment(object, "Created", info.created_usec);
    object["Labels"] = info.labels;
    return object;
}

Json to_json(const client::NetworkInfo& info)
{
    Json subnets = Json::array();
    for (const auto& [subnet, gateway] : info.subnets)
        subnets.push_back(Json{{"Subnet", subnet}, {"Gateway", gateway}});
    Json object;
    object["Name"] = info.name;
    object["Driver"] = info.driver;
    object["Interface"] = info.interface;
    object["Subnets"] = std::move(subnets);
    object["Internal"] = info.is_internal;
    object["Users"] = info.users;
    add_moment(object, "Created", info.created_usec);
    object["Labels"] = info.labels;
    return object;
}

} // namespace

std::string array_of(const std::vector<std::string>& objects)
{
    Json array = Json::array();
    try {
        for (const std::string& text : objects)
            array.push_back(Json::parse(text));
    } catch (const Json::exception&) {
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

std::string json_text(const std::vector<client::HistoryStep>& steps)
{
    Json array = Json::array();
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
        Json object;
        object["Created"] = step->created;
        object["CreatedBy"] = step->created_by;
        object["Comment"] = step->comment;
        object["Size"] = step->size;
        array.push_back(std::move(object));
    }
    return dumped(array);
}

std::string json_text(const std::vector<client::VolumeInfo>& volumes)
{
    Json array = Json::array();
    for (const client::VolumeInfo& info : volumes)
        array.push_back(to_json(info));
    return dumped(array);
}

std::string json_text(const std::vector<client::NetworkInfo>& networks)
{
    Json array = Json::array();
    for (const client::NetworkInfo& info : networks)
        array.push_back(to_json(info));
    return dumped(array);
}

std::string json_text(const std::vector<client::GroupInfo>& groups)
{
    Json array = Json::array();
    for (const client::GroupInfo& info : groups) {
        Json members = Json::array();
        for (const client::GroupMember& member : info.members)
            members.push_back(Json{{"Name", member.name},
                                   {"Replicas", member.wanted},
                                   {"Running", member.running},
                                   {"Healthy", member.healthy},
                                   {"Containers", member.containers}});
        Json object{{"Name", info.name}, {"Slice", info.slice}, {"Members", std::move(members)}};
        add_moment(object, "Created", info.created_usec);
        object["Labels"] = info.labels;
        array.push_back(std::move(object));
    }
    return dumped(array);
}

std::string json_text(const std::vector<client::SecretInfo>& secrets)
{
    Json array = Json::array();
    for (const client::SecretInfo& info : secrets) {
        Json object{{"Name", info.name}, {"Encrypted", info.is_encrypted}, {"Group", info.group}};
        add_moment(object, "Created", info.created_usec);
        array.push_back(std::move(object));
    }
    return dumped(array);
}

std::string json_text(const std::vector<NetworkRecord>& records)
{
    Json array = Json::array();
    for (const NetworkRecord& one : records)
        array.push_back(Json{{"Network", one.network},
                             {"Name", one.record.name},
                             {"Type", one.record.type},
                             {"Data", one.record.data},
                             {"Why", one.record.reason}});
    return dumped(array);
}

std::string json_text(const std::vector<client::WireInfo>& wires)
{
    Json array = Json::array();
    for (const client::WireInfo& info : wires) {
        Json object;
        object["ID"] = info.id;
        object["Container"] = info.container;
        object["Name"] = info.name;
        object["Address"] = info.address;
        object["Port"] = info.port;
        object["UnixPath"] = info.unix_path;
        object["Environment"] = info.has_environment;
        object["Target"] = info.target;
        object["TargetPort"] = info.target_port;
        object["Connections"] = info.connections;
        object["OpenConnections"] = info.open_connections;
        object["RefusedConnections"] = info.refused_connections;
        object["BytesToTarget"] = info.bytes_to_target;
        object["BytesFromTarget"] = info.bytes_from_target;
        object["TargetStarts"] = info.target_starts;
        object["LastStartUSec"] = info.last_start_usec;
        array.push_back(std::move(object));
    }
    return dumped(array);
}

std::string json_text(const client::Referrers& referrers)
{
    Json array = Json::array();
    for (const client::Referrer& info : referrers.entries) {
        Json object;
        object["Subject"] = referrers.subject;
        object["Digest"] = info.digest;
        object["ArtifactType"] = info.artifact_type;
        object["Size"] = info.size;
        object["Annotations"] = info.annotations;
        array.push_back(std::move(object));
    }
    return dumped(array);
}

std::string json_text(const std::vector<client::FoundImage>& images)
{
    Json array = Json::array();
    for (const client::FoundImage& info : images) {
        Json object;
        object["Name"] = info.name;
        object["Description"] = info.description;
        object["Stars"] = info.stars;
        object["Official"] = info.is_official;
        array.push_back(std::move(object));
    }
    return dumped(array);
}

std::string json_text(const std::vector<std::string>& words)
{
    return dumped(Json(words));
}

std::string json_text(const client::EngineInfo& info, const client::DeviceList& devices)
{
    Json object;
    object["Version"] = info.version;
    object["Placement"] = info.placement;
    object["StateDirectory"] = info.state_directory;
    object["KernelRelease"] = info.kernel_release;
    object["UserNamespaceObstacle"] = info.user_namespace_obstacle;
    object["RootDriver"] = info.root_driver;
    object["RootDriverObstacles"] = Json::array();
    for (const auto& [driver, reason] : info.root_driver_obstacles)
        object["RootDriverObstacles"].push_back({{"Driver", driver}, {"Reason", reason}});
    object["NetworkDriver"] = info.network_driver;
    object["NetworkDriverObstacles"] = Json::array();
    for (const auto& [driver, reason] : info.network_driver_obstacles)
        object["NetworkDriverObstacles"].push_back({{"Driver", driver}, {"Reason", reason}});
    object["ContainerCount"] = info.container_count;
    object["RunningCount"] = info.running_count;
    object["ImageCount"] = info.image_count;
    object["CDIDevices"] = devices.names;
    object["CDIComplaints"] = devices.complaints;
    return dumped(object);
}

std::string version_json(const std::string& client, const std::string& engine)
{
    Json object;
    object["Client"]["Version"] = client;
    object["Engine"] = nullptr;
    if (!engine.empty())
        object["Engine"] = Json{{"Version", engine}};
    return dumped(object);
}

} // namespace slipway::cli
