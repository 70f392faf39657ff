// SPDX-License-Identifier: LGPL-2.1-or-later
// Readers of volumes, configs and secrets of the project, and of what a service is granted of them.
#include "compose/read_parts.hpp"

namespace slipway::compose::read {

namespace {

enum class Section : std::uint8_t { configs, secrets };

FileResource file_resource(const Value& value, const std::string& key, const std::string& project,
                           Section section)
{
    Fields fields{value};
    FileResource resource;
    resource.key = key;
    take_name(fields, project, resource.key, resource.name, resource.is_external);
    fields.take("file", resource.file, path);
    fields.take("environment", resource.environment, word);
    if (section == Section::configs)
        fields.take("content", resource.content, text);
    fields.take("labels", resource.labels, labels);
    fields.unheeded("template_driver", "nothing is filled in but variables");
    if (section == Section::secrets) {
        constexpr std::string_view any[] = {"*"};
        fields.unheeded("driver", "secrets are files, variables or texts");
        fields.unheeded("driver_opts", "secrets are files, variables or texts", any);
    }
    if (!resource.environment.empty())
        resource.value = fields.value().source().environment->find(resource.environment);
    fields.finish();
    const int sources = (resource.is_external ? 1 : 0) + (resource.file.empty() ? 0 : 1) +
                        (resource.environment.empty() ? 0 : 1) + (resource.content ? 1 : 0);
    if (sources != 1)
        fields.refuse(std::string{"needs just one of file, environment"} +
                      (section == Section::configs ? ", content" : "") + " and external, and has " +
                      (sources == 0 ? std::string{"none"} : std::to_string(sources)));
    return resource;
}

Grant grant(const Value& value, const std::string& directory)
{
    Grant grant;
    if (value.node().is_text()) {
        grant.source = word(value);
    } else {
        Fields fields{value};
        fields.take("source", grant.source, word);
        fields.take("target", grant.target, text);
        fields.take("uid", grant.user, text);
        fields.take("gid", grant.group, text);
        fields.take("mode", grant.mode, mode);
        fields.finish();
        if (grant.source.empty())
            fields.refuse("has no source");
    }
    if (grant.target.empty())
        grant.target = grant.source;
    if (!directory.empty() && !grant.target.starts_with('/'))
        grant.target = directory + grant.target;
    return grant;
}

} // namespace

void take_name(Fields& fields, const std::string& project, const std::string& key, std::string& name,
               bool& is_external)
{
    fields.take("name", name, word);
    if (const std::optional<Value> external = fields.find("external")) {
        // "external: {name: …}" is an older form of both.
        if (external->node().is_mapping()) {
            Fields older{*external};
            is_external = true;
            if (const std::optional<Value> older_name = older.find("name")) {
                if (!name.empty() && name != text(*older_name))
                    older_name->refuse("says something else than the name beside external");
                name = word(*older_name);
            }
            older.finish();
        } else {
            is_external = flag(*external);
        }
    }
    if (name.empty())
        name = is_external ? key : project + "_" + key;
    if (!is_external)
        return;
    // What is there already is as it is.
    for (const auto& [other, node] : fields.value().node().mapping)
        if (other != "name" && other != "external" && !other.starts_with("x-"))
            refuse(node.name_mark, member_path(fields.value().path(), other),
                   "cannot be set beside external, which is there already");
}

std::vector<Grant> grants(const Value& value, const std::string& directory)
{
    std::vector<Grant> result;
    std::map<std::string, std::size_t> places;
    for (const Value& entry : value.entries()) {
        Grant each = grant(entry, directory);
        const auto [place, is_new] = places.try_emplace(each.target, result.size());
        if (is_new)
            result.push_back(std::move(each));
        else
            result[place->second] = std::move(each);
    }
    return result;
}

Volume volume(const std::string& key, const Value& value, const std::string& project)
{
    Volume volume;
    volume.key = key;
    Fields fields{value};
    take_name(fields, project, volume.key, volume.name, volume.is_external);
    fields.take("driver", volume.driver, text);
    fields.take("labels", volume.labels, labels);
    if (const std::optional<Value> found = fields.find("driver_opts")) {
        volume.driver_options = options(*found);
        // A directory of the host as a volume: its path is relative to the file, as others are.
        const auto mount_options = volume.driver_options.find("o");
        const auto device = volume.driver_options.find("device");
        if (mount_options != volume.driver_options.end() && device != volume.driver_options.end() &&
            mount_options->second.find("bind") != std::string::npos)
            device->second = path_of(*found, device->second);
    }
    fields.finish();
    return volume;
}

Config config(const std::string& key, const Value& value, const std::string& project)
{
    return file_resource(value, key, project, Section::configs);
}

Secret secret(const std::string& key, const Value& value, const std::string& project)
{
    return file_resource(value, key, project, Section::secrets);
}

} // namespace slipway::compose::read
