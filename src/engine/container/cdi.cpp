// SPDX-License-Identifier: LGPL-2.1-or-later
// CDI: which specification counts, and what its edits are on this host.
#include "engine/container/cdi.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "engine/container/environment.hpp"

#include <algorithm>
#include <fcntl.h>
#include <set>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace slipway::engine {

namespace {

namespace cdi = oci::cdi;

constexpr std::size_t file_limit = 1U << 20U;

std::string join(const std::vector<std::string>& words, const char* between)
{
    std::string text;
    for (const std::string& word : words)
        text.append(text.empty() ? "" : between).append(word);
    return text;
}

// A directory of the administrator's; still, a pipe in it must not hold us up.
std::string read_regular_file(const std::filesystem::path& path)
{
    const Fd file{check(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), "open")};
    struct stat status {};
    check(::fstat(file.number(), &status), "look at it");
    if (!S_ISREG(status.st_mode))
        throw Failure{ErrorCode::invalid_argument, "is no file"};
    return read_all(file.number(), "it", file_limit);
}

oci::DeviceType type_of(mode_t mode)
{
    return S_ISBLK(mode)    ? oci::DeviceType::block
           : S_ISFIFO(mode) ? oci::DeviceType::fifo
                            : oci::DeviceType::character;
}

// What the specification leaves out is as the host's node has it.
void add_node(const cdi::DeviceNode& node, DeviceEdits& edits, const std::string& name)
{
    oci::Device device;
    device.path = node.path;
    device.file_mode = node.file_mode;
    device.uid = node.uid.value_or(0);
    device.gid = node.gid.value_or(0);
    const bool is_fifo = node.type == oci::DeviceType::fifo;
    if (node.type && (is_fifo || node.major.value_or(0) != 0)) {
        device.type = *node.type;
        device.major = node.major.value_or(0);
        device.minor = node.minor.value_or(0);
    } else {
        const std::string& host = node.host_path.empty() ? node.path : node.host_path;
        struct stat status {};
        if (::stat(host.c_str(), &status) < 0)
            throw Failure{ErrorCode::no_such_device,
                          "CDI device " + name + ": " + errno_failure(errno, "look at", host).message()};
        if (!S_ISCHR(status.st_mode) && !S_ISBLK(status.st_mode) && !S_ISFIFO(status.st_mode))
            throw Failure{ErrorCode::no_such_device, "CDI device " + name + ": " + host + " is no device"};
        device.type = type_of(status.st_mode);
        if (node.type && *node.type != device.type)
            throw Failure{ErrorCode::no_such_device,
                          "CDI device " + name + ": " + host + " is a device of another type"};
        if (device.type != oci::DeviceType::fifo) {
            const bool has_number = node.major.value_or(0) != 0;
            device.major = has_number ? *node.major : major(status.st_rdev);
            device.minor = has_number ? node.minor.value_or(0) : minor(status.st_rdev);
        }
    }
    if (device.type != oci::DeviceType::fifo)
        edits.device_rules.push_back(
            std::string{device.type == oci::DeviceType::block ? "/dev/block/" : "/dev/char/"} +
            std::to_string(device.major) + ":" + std::to_string(device.minor) + " " +
            (node.permissions.empty() ? "rwm" : node.permissions));
    edits.devices.push_back(std::move(device));
}

void add_mount(const cdi::Mount& mount, DeviceEdits& edits)
{
    oci::Mount added{mount.container_path, mount.type, mount.host_path, mount.options, {}, {}};
    const bool is_bind = std::any_of(added.options.begin(), added.options.end(), [](const std::string& word) {
        return word == "bind" || word == "rbind";
    });
    if (added.type.empty())
        added.type = "bind";
    if (added.type == "bind" && !is_bind)
        added.options.insert(added.options.begin(), "rbind");
    std::erase_if(edits.mounts,
                  [&added](const oci::Mount& other) { return other.destination == added.destination; });
    edits.mounts.push_back(std::move(added));
}

void add_hook(const cdi::Hook& hook, oci::Hooks& hooks)
{
    oci::Hook added{hook.path, hook.args, {}, hook.timeout};
    if (!hook.env.empty())
        added.env = hook.env;
    switch (hook.hook_name) {
    case cdi::HookName::prestart:
        return hooks.prestart.push_back(std::move(added));
    case cdi::HookName::create_runtime:
        return hooks.create_runtime.push_back(std::move(added));
    case cdi::HookName::create_container:
        return hooks.create_container.push_back(std::move(added));
    case cdi::HookName::start_container:
        return hooks.start_container.push_back(std::move(added));
    case cdi::HookName::poststart:
        return hooks.poststart.push_back(std::move(added));
    case cdi::HookName::poststop:
        return hooks.poststop.push_back(std::move(added));
    }
}

void add(const cdi::ContainerEdits& wish, DeviceEdits& edits, const std::string& name)
{
    if (!wish.net_devices.empty())
        throw Failure{ErrorCode::not_supported,
                      "CDI device " + name +
                          ": netDevices: interfaces of the host are not moved into containers"};
    if (wish.intel_rdt)
        throw Failure{ErrorCode::not_supported,
                      "CDI device " + name +
                          ": intelRdt: slipway's own containers have none (slipway-oci has)"};
    for (const std::string& variable : wish.env)
        set_variable(edits.environment, variable);
    for (const cdi::DeviceNode& node : wish.device_nodes)
        add_node(node, edits, name);
    for (const cdi::Mount& mount : wish.mounts)
        add_mount(mount, edits);
    for (const cdi::Hook& hook : wish.hooks)
        add_hook(hook, edits.hooks);
    // Root's own is nothing additional.
    for (const std::uint32_t group : wish.additional_gids)
        if (group != 0 && std::find(edits.additional_gids.begin(), edits.additional_gids.end(), group) ==
                              edits.additional_gids.end())
            edits.additional_gids.push_back(group);
}

} // namespace

std::vector<std::filesystem::path> cdi_directories()
{
    return {"/etc/cdi", "/run/cdi"};
}

CdiRegistry::CdiRegistry(std::vector<std::filesystem::path> directories)
    : directories_{std::move(directories)}
{
    for (std::size_t priority = 0; priority < directories_.size(); ++priority) {
        std::error_code error;
        std::set<std::filesystem::path> paths;
        for (auto entry = std::filesystem::directory_iterator{directories_[priority], error};
             !error && entry != std::filesystem::directory_iterator{}; entry.increment(error))
            if (const auto extension = entry->path().extension();
                extension == ".json" || extension == ".yaml")
                paths.insert(entry->path());
        for (const std::filesystem::path& path : paths)
            read(path, priority);
    }
}

void CdiRegistry::read(const std::filesystem::path& path, std::size_t priority)
{
    try {
        const cdi::Format format = path.extension() == ".yaml" ? cdi::Format::yaml : cdi::Format::json;
        files_.push_back({path, priority, cdi::parse_spec(read_regular_file(path), format).value()});
    } catch (const Failure& failure) {
        complaints_.push_back(path.native() + ": " + failure.message());
    }
}

std::vector<std::string> CdiRegistry::device_names() const
{
    std::set<std::string> names;
    for (const File& file : files_)
        for (const cdi::Device& device : file.spec.devices)
            names.insert(file.spec.kind + "=" + device.name);
    return {names.begin(), names.end()};
}

std::vector<std::string> CdiRegistry::names_of_kind(const std::string& kind) const
{
    std::set<std::string> names;
    for (const File& file : files_)
        if (file.spec.kind == kind)
            for (const cdi::Device& device : file.spec.devices)
                names.insert(device.name);
    return {names.begin(), names.end()};
}

CdiRegistry::Found CdiRegistry::find_device(const cdi::Name& name) const
{
    Found found;
    const File* rival = nullptr;
    for (const File& file : files_) {
        if (file.spec.kind != name.kind)
            continue;
        for (const cdi::Device& device : file.spec.devices)
            if (device.name == name.device) {
                // The files are in the order of their priorities.
                rival = found.file != nullptr && found.file->priority == file.priority ? found.file : nullptr;
                found = {&file, &device};
            }
    }
    if (rival != nullptr)
        throw Failure{ErrorCode::no_such_device, "the CDI device " + name.text() +
                                                     " is ambiguous: " + rival->path.native() + " and " +
                                                     found.file->path.native() + " both describe it"};
    return found;
}

void CdiRegistry::refuse(const cdi::Name& name) const
{
    std::vector<std::string> places;
    places.reserve(directories_.size());
    for (const std::filesystem::path& directory : directories_)
        places.push_back(directory.native());
    std::string message = "no CDI device " + name.text() + " in " + join(places, " or ");
    if (const std::vector<std::string> others = names_of_kind(name.kind); !others.empty())
        message += "; of " + name.kind + " there are: " + join(others, ", ");
    if (!complaints_.empty())
        message += "; bad files there: " + join(complaints_, "; ");
    throw Failure{ErrorCode::no_such_device, message};
}

std::vector<CdiRegistry::Found> CdiRegistry::expand(const cdi::Name& name) const
{
    if (const Found found = find_device(name); found.device != nullptr)
        return {found};
    std::vector<Found> all;
    if (name.device == "all")
        for (const std::string& device : names_of_kind(name.kind))
            all.push_back(find_device({name.kind, device}));
    if (all.empty())
        refuse(name);
    return all;
}

DeviceEdits CdiRegistry::find(const std::vector<std::string>& names) const
{
    DeviceEdits edits;
    std::set<const File*> files;
    std::set<const cdi::Device*> devices;
    for (const std::string& text : names) {
        const cdi::Name name = cdi::parse_name(text).value();
        for (const Found& found : expand(name)) {
            if (!devices.insert(found.device).second)
                continue;
            const std::string full = found.file->spec.kind + "=" + found.device->name;
            // What all devices of a file share comes once, and first.
            if (files.insert(found.file).second)
                add(found.file->spec.container_edits, edits, full);
            add(found.device->container_edits, edits, full);
        }
    }
    return edits;
}

} // namespace slipway::engine
