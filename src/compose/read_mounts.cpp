// SPDX-License-Identifier: LGPL-2.1-or-later
// Readers of mounts: volumes and tmpfs of a service.
#include "compose/read_parts.hpp"

#include <algorithm>
#include <utility>

namespace slipway::compose::read {

namespace {

MountKind mount_kind(const Value& value)
{
    const std::string kind = text(value);
    for (const auto& [word, known] : {std::pair{"volume", MountKind::volume},
                                      {"bind", MountKind::bind},
                                      {"tmpfs", MountKind::tmpfs},
                                      {"image", MountKind::image}})
        if (kind == word)
            return known;
    if (kind == "npipe" || kind == "cluster")
        value.refuse(in_quotes(kind) + " is nothing that a single Linux machine has");
    value.refuse(in_quotes(kind) + " is no type of mount; volume, bind, tmpfs and image are");
}

std::string one_of(const Value& value, std::initializer_list<std::string_view> words)
{
    std::string found = text(value);
    if (std::ranges::find(words, found) != words.end())
        return found;
    std::string list;
    for (const std::string_view each : words)
        list.append(list.empty() ? "" : ", ").append(each);
    value.refuse(in_quotes(found) + " is not known; there is " + list);
}

void take_bind(Fields& of_mount, Mount& mount)
{
    const std::optional<Value> value = of_mount.find("bind");
    if (!value)
        return;
    Fields fields{*value};
    fields.take("propagation", mount.propagation, [](const Value& each) {
        return one_of(each, {"private", "rprivate", "shared", "rshared", "slave", "rslave"});
    });
    fields.take("create_host_path", mount.creates_source, flag);
    fields.take("recursive", mount.recursive, [](const Value& each) {
        return one_of(each, {"enabled", "disabled", "writable", "readonly"});
    });
    fields.take("selinux", mount.relabel, [](const Value& each) { return one_of(each, {"z", "Z"}).front(); });
    fields.finish();
}

void take_kinds(Fields& fields, Mount& mount)
{
    take_bind(fields, mount);
    if (const std::optional<Value> value = fields.find("volume")) {
        Fields volume{*value};
        volume.take("nocopy", mount.is_copied_up, [](const Value& each) { return !flag(each); });
        volume.take("subpath", mount.subpath, text);
        volume.take("labels", mount.labels, labels);
        volume.finish();
    }
    if (const std::optional<Value> value = fields.find("image")) {
        Fields image{*value};
        image.take("subpath", mount.subpath, text);
        image.finish();
    }
    if (const std::optional<Value> value = fields.find("tmpfs")) {
        Fields tmpfs{*value};
        tmpfs.take("size", mount.size, bytes);
        tmpfs.take("mode", mount.mode, mode);
        tmpfs.finish();
    }
}

Mount long_mount(const Value& value)
{
    Mount mount;
    Fields fields{value};
    fields.take("type", mount.kind, mount_kind);
    mount.creates_source = mount.kind == MountKind::bind;
    if (const std::optional<Value> source = fields.find("source"))
        mount.source = mount.kind == MountKind::bind ? path(*source) : text(*source);
    fields.take("target", mount.target, word);
    fields.take("read_only", mount.is_read_only, flag);
    fields.unheeded("consistency", "on Linux both sides of a mount are always alike");
    take_kinds(fields, mount);
    fields.finish();
    if (!fields.find("type"))
        fields.refuse("has no type; volume, bind, tmpfs and image are");
    if (!mount.target.starts_with('/'))
        fields.refuse("has no target that is an absolute path in the container");
    if (mount.source.empty() && (mount.kind == MountKind::bind || mount.kind == MountKind::image))
        fields.refuse("has no source");
    if (!mount.source.empty() && mount.kind == MountKind::tmpfs)
        fields.refuse("has a source, and is a tmpfs");
    return mount;
}

Mount short_mount(const Value& value)
{
    Mount mount = parsed(value, parse_mount);
    if (mount.kind == MountKind::bind)
        mount.source = path_of(value, mount.source);
    return mount;
}

// Of one target the last one.
class MountList {
  public:
    void add(Mount mount)
    {
        const auto [place, is_new] = places_.try_emplace(mount.target, mounts_.size());
        if (is_new)
            mounts_.push_back(std::move(mount));
        else
            mounts_[place->second] = std::move(mount);
    }
    std::vector<Mount> take() { return std::move(mounts_); }

  private:
    std::vector<Mount> mounts_;
    std::map<std::string, std::size_t> places_;
};

} // namespace

std::vector<Mount> mounts(const Value& value)
{
    MountList list;
    for (const Value& entry : value.entries())
        list.add(entry.node().is_mapping() ? long_mount(entry) : short_mount(entry));
    return list.take();
}

std::vector<Mount> tmpfs_mounts(const Value& value)
{
    MountList list;
    if (!value.node().is_list())
        return {parsed(value, parse_tmpfs)};
    for (const Value& entry : value.entries())
        list.add(parsed(entry, parse_tmpfs));
    return list.take();
}

} // namespace slipway::compose::read
