// SPDX-License-Identifier: LGPL-2.1-or-later
// CDI specifications: read, and held against the version that they claim.
#include "oci/cdi_spec.hpp"

#include "oci/cdi_members.hpp"
#include "oci/cdi_name.hpp"
#include "oci/strict_members.hpp"
#include "oci/yaml.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace slipway::oci::cdi {

namespace {

// In their order; before 0.3 the members had other names.
constexpr std::array versions{"0.3.0", "0.4.0", "0.5.0", "0.6.0", "0.7.0", "0.8.0", "1.0.0", "1.1.0"};

bool is_older(const std::string& version, std::string_view than)
{
    const auto place = [](std::string_view text) {
        return std::find(versions.begin(), versions.end(), text);
    };
    return place(version) < place(than);
}

// What each version has brought.
void require_version(const std::string& version, std::string_view since, bool is_used, const Place& here)
{
    if (is_used && is_older(version, since))
        here.refuse("is of CDI " + std::string{since} + ", but cdiVersion is " + version);
}

void check_versions(const ContainerEdits& edits, const std::string& version, const Place& here)
{
    for (std::size_t i = 0; i < edits.mounts.size(); ++i)
        require_version(version, "0.4.0", !edits.mounts[i].type.empty(),
                        here.member("mounts").entry(i).member("type"));
    for (std::size_t i = 0; i < edits.device_nodes.size(); ++i)
        require_version(version, "0.5.0", !edits.device_nodes[i].host_path.empty(),
                        here.member("deviceNodes").entry(i).member("hostPath"));
    require_version(version, "0.7.0", !edits.additional_gids.empty(), here.member("additionalGids"));
    require_version(version, "0.7.0", edits.intel_rdt.has_value(), here.member("intelRdt"));
    require_version(version, "1.1.0", !edits.net_devices.empty(), here.member("netDevices"));
    if (edits.intel_rdt) {
        const Place place = here.member("intelRdt");
        require_version(version, "1.1.0", !edits.intel_rdt->schemata.empty(), place.member("schemata"));
        require_version(version, "1.1.0", edits.intel_rdt->enable_monitoring,
                        place.member("enableMonitoring"));
    }
}

void check_versions(const Spec& spec, const Place& here)
{
    const std::string& version = spec.cdi_version;
    require_version(version, "0.6.0", !spec.annotations.empty(), here.member("annotations"));
    require_version(version, "0.6.0", spec.kind.find('.', spec.kind.find('/')) != std::string::npos,
                    here.member("kind"));
    check_versions(spec.container_edits, version, here.member("containerEdits"));
    for (std::size_t i = 0; i < spec.devices.size(); ++i) {
        const Device& device = spec.devices[i];
        const Place place = here.member("devices").entry(i);
        require_version(version, "0.5.0", device.name.front() >= '0' && device.name.front() <= '9',
                        place.member("name"));
        require_version(version, "0.6.0", !device.annotations.empty(), place.member("annotations"));
        check_versions(device.container_edits, version, place.member("containerEdits"));
    }
}

void require_absolute(const std::string& path, const Place& here)
{
    if (!path.starts_with('/'))
        here.refuse("must be an absolute path");
}

void require_variables(const std::vector<std::string>& variables, const Place& here)
{
    for (std::size_t i = 0; i < variables.size(); ++i)
        if (const std::size_t equals = variables[i].find('='); equals == std::string::npos || equals == 0)
            here.entry(i).refuse("is no variable (NAME=value)");
}

// Those whose words are numbers or truths.
const std::set<std::string_view>& typed_members()
{
    static const std::set<std::string_view> members{"major",
                                                    "minor",
                                                    "fileMode",
                                                    "uid",
                                                    "gid",
                                                    "timeout",
                                                    "enableCMT",
                                                    "enableMBM",
                                                    "enableMonitoring",
                                                    "additionalGids",
                                                    "additionalGIDs"};
    return members;
}

} // namespace

void check(const DeviceNode& node, const Place& here)
{
    require_absolute(node.path, here.member("path"));
    if (!node.host_path.empty())
        require_absolute(node.host_path, here.member("hostPath"));
    if (node.permissions.find_first_not_of("rwm") != std::string::npos)
        here.member("permissions").refuse("is made of r, w and m");
    if (node.file_mode && *node.file_mode > 07777)
        here.member("fileMode").refuse("must be from 0 to 4095 (07777)");
}

void check(const Mount& mount, const Place& here)
{
    if (mount.host_path.empty())
        here.member("hostPath").refuse("must not be empty");
    require_absolute(mount.container_path, here.member("containerPath"));
}

void check(const Hook& hook, const Place& here)
{
    require_absolute(hook.path, here.member("path"));
    require_variables(hook.env, here.member("env"));
    if (hook.timeout && *hook.timeout <= 0)
        here.member("timeout").refuse("must be 1 second or more");
}

void check(const NetDevice& device, const Place& here)
{
    if (device.host_interface_name.empty())
        here.member("hostInterfaceName").refuse("must not be empty");
}

void check(const IntelRdt& wish, const Place& here)
{
    if (wish.clos_id == "." || wish.clos_id == ".." || wish.clos_id.find_first_of("/\n") != std::string::npos)
        here.member("closID").refuse("is no name of a directory");
}

void check(const ContainerEdits& edits, const Place& here)
{
    require_variables(edits.env, here.member("env"));
}

void check(const Device& device, const Place& here)
{
    if (!is_device_name(device.name))
        here.member("name").refuse(
            "'" + device.name +
            "' is no device name (letters, digits, '_', '-', '.' and ':', the first and "
            "the last a letter or digit)");
    if (device.container_edits.is_empty())
        here.member("containerEdits").refuse("must not be empty");
}

void check(const Spec& spec, const Place& here)
{
    if (std::find(versions.begin(), versions.end(), spec.cdi_version) == versions.end())
        here.member("cdiVersion")
            .refuse("unknown version '" + spec.cdi_version + "'; there are 0.3.0 to " + versions.back());
    if (!is_kind(spec.kind))
        here.member("kind").refuse("'" + spec.kind + "' is no kind (vendor.com/class)");
    if (spec.devices.empty())
        here.member("devices").refuse("must name a device");
    std::set<std::string> names;
    for (std::size_t i = 0; i < spec.devices.size(); ++i)
        if (!names.insert(spec.devices[i].name).second)
            here.member("devices").entry(i).member("name").refuse("two of the name " + spec.devices[i].name);
    check_versions(spec, here);
}

Result<Spec> parse_spec(std::string_view text, Format format)
{
    try {
        Json json;
        if (format == Format::yaml)
            json = parse_yaml(text, typed_members()).value();
        else
            json = parse_json(text);
        if (!json.is_object())
            return Failure{ErrorCode::invalid_argument,
                           format == Format::yaml ? "is no mapping" : "is no JSON object"};
        const Place top;
        Spec spec;
        JsonReader::take(json, spec, top);
        StrictMembers::require_known<Spec>(json, top);
        return spec;
    } catch (const Failure& failure) {
        return failure;
    }
}

} // namespace slipway::oci::cdi
