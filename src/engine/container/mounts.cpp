// SPDX-License-Identifier: LGPL-2.1-or-later
// Mounts: one table of the words that each kind takes.
#include "engine/container/mounts.hpp"

#include "base/failure.hpp"
#include "store/volumes.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

namespace slipway::engine {

namespace {

constexpr std::array kinds{std::pair{MountKind::volume, "volume"}, std::pair{MountKind::bind, "bind"},
                           std::pair{MountKind::tmpfs, "tmpfs"}};
constexpr std::size_t path_limit = 4096;

// Pairs of words that contradict each other.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> attribute_pairs{
    {{"ro", "rw"},
     {"nosuid", "suid"},
     {"nodev", "dev"},
     {"noexec", "exec"},
     {"noatime", "relatime"},
     {"nodiratime", "diratime"}}};
constexpr std::array<std::string_view, 7> tmpfs_parameters{"size",      "mode",      "uid", "gid",
                                                           "nr_inodes", "nr_blocks", "huge"};
constexpr std::array<std::string_view, 7> propagations{"private", "rprivate", "slave", "rslave",
                                                       "shared",  "rshared",  ""};

Failure invalid(const std::string& target, const std::string& message)
{
    return Failure{ErrorCode::invalid_mount, "mount at " + target + ": " + message};
}

MountKind kind_of(const MountWish& wish)
{
    for (const auto& [kind, name] : kinds)
        if (wish.type == name)
            return kind;
    throw invalid(wish.target, "'" + wish.type + "' is no type of a mount (volume, bind, tmpfs)");
}

bool is_path(std::string_view text)
{
    return text.starts_with('/') && text.size() < path_limit && text.find('\0') == std::string_view::npos;
}

std::string normal(const std::string& path)
{
    std::string text = std::filesystem::path{path}.lexically_normal().native();
    text.erase(0, std::min(text.find_first_not_of('/'), text.size()));
    while (text.ends_with('/'))
        text.pop_back();
    return "/" + text;
}

bool is_at_or_below(const std::string& path, std::string_view directory)
{
    return path == directory || path.starts_with(std::string{directory} + "/");
}

std::string checked_target(const std::string& target)
{
    if (!is_path(target))
        throw invalid("'" + target + "'", "the target must be an absolute path");
    std::string path = normal(target);
    if (path == "/")
        throw invalid(path, "the root is the image's");
    if (is_at_or_below(path, "/proc"))
        throw invalid(path, "what is in /proc is the kernel's, and must be, for the container's safety");
    return path;
}

bool is_attribute(std::string_view word)
{
    return std::any_of(attribute_pairs.begin(), attribute_pairs.end(),
                       [word](const auto& pair) { return word == pair.first || word == pair.second; });
}

bool has(const std::vector<std::string>& words, std::string_view word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

void check_contradictions(const Mount& mount)
{
    for (const auto& [one, other] : attribute_pairs)
        if (has(mount.options, one) && has(mount.options, other))
            throw invalid(mount.target, "'" + std::string{one} + "' and '" + std::string{other} +
                                            "' contradict each other");
}

void check_options(const Mount& mount, const std::vector<std::string>& options)
{
    for (const std::string& option : options) {
        const std::string_view key = std::string_view{option}.substr(0, option.find('='));
        const bool is_parameter =
            mount.kind == MountKind::tmpfs && key.size() < option.size() &&
            std::find(tmpfs_parameters.begin(), tmpfs_parameters.end(), key) != tmpfs_parameters.end();
        const bool is_word =
            is_attribute(option) || (mount.kind == MountKind::tmpfs && option == "tmpcopyup");
        if (!is_parameter && !is_word)
            throw invalid(mount.target, "'" + option + "' is no option of a " +
                                            kinds.at(static_cast<std::size_t>(mount.kind)).second + " mount");
    }
    check_contradictions(mount);
}

void refuse(bool is_given, const Mount& mount, const std::string& what)
{
    if (is_given)
        throw invalid(mount.target, what + " is not for a " +
                                        kinds.at(static_cast<std::size_t>(mount.kind)).second + " mount");
}

void complete_bind(Mount& mount, const MountWish& wish)
{
    if (!is_path(mount.source))
        throw invalid(mount.target,
                      "the source of a bind must be an absolute path, not '" + mount.source + "'");
    if (std::find(propagations.begin(), propagations.end(), wish.propagation) == propagations.end())
        throw invalid(mount.target,
                      "'" + wish.propagation +
                          "' is no propagation (private, slave, shared, or these with an 'r' in front)");
    if (!wish.propagation.empty())
        mount.options.push_back(wish.propagation);
    static constexpr std::array<std::string_view, 5> words{"", "enabled", "disabled", "writable", "readonly"};
    if (std::find(words.begin(), words.end(), wish.recursive) == words.end())
        throw invalid(mount.target,
                      "'" + wish.recursive + "' is not one of enabled, disabled, writable, readonly");
    if (wish.recursive == "readonly" && !mount.is_read_only())
        throw invalid(mount.target, "recursive 'readonly' is for a read-only mount");
    mount.is_recursive = wish.recursive != "disabled";
    // As docker since 25: read-only means all of it.
    if (mount.is_recursive && wish.recursive != "writable" && mount.is_read_only())
        std::replace(mount.options.begin(), mount.options.end(), std::string{"ro"}, std::string{"rro"});
}

void complete_volume(Mount& mount, const MountWish& wish)
{
    if (!mount.source.empty() && !store::is_volume_name(mount.source))
        throw Failure{
            ErrorCode::invalid_name,
            "not a volume name: '" + mount.source +
                "' (letters, digits, '_', '.' and '-', the first a letter or digit); a path of the host "
                "begins with '/' or './'"};
    if (!wish.sub_path.empty() &&
        (wish.sub_path.starts_with('/') || wish.sub_path.size() >= path_limit ||
         std::filesystem::path{wish.sub_path}.lexically_normal().native().starts_with("..")))
        throw invalid(mount.target,
                      "the subpath '" + wish.sub_path + "' must be a relative path within the volume");
    mount.is_anonymous = mount.source.empty();
}

void complete_tmpfs(Mount& mount, const MountWish& wish)
{
    // Chosen by whoever knows what becomes of writable memory that may be executed.
    for (const auto& [word, opposite] :
         {std::pair{"nosuid", "suid"}, std::pair{"nodev", "dev"}, std::pair{"noexec", "exec"}})
        if (!has(mount.options, word) && !has(mount.options, opposite))
            mount.options.emplace_back(word);
    if (wish.size)
        mount.options.push_back("size=" + std::to_string(*wish.size));
    if (wish.mode && *wish.mode > 07777)
        throw invalid(mount.target, "a mode has at most four octal digits");
    const bool has_mode = std::any_of(mount.options.begin(), mount.options.end(),
                                      [](const std::string& option) { return option.starts_with("mode="); });
    if (wish.mode || !has_mode) {
        std::string digits;
        for (std::uint64_t left = wish.mode.value_or(01777); left != 0; left >>= 3U)
            digits.insert(digits.begin(), static_cast<char>('0' + (left & 7U)));
        mount.options.push_back("mode=" + (digits.empty() ? "0" : digits));
    }
}

} // namespace

bool Mount::is_read_only() const
{
    return has(options, "ro") || has(options, "rro");
}

Mount complete(const MountWish& wish)
{
    Mount mount;
    mount.target = checked_target(wish.target);
    mount.kind = kind_of(wish);
    mount.source = wish.source;
    mount.sub_path = wish.sub_path;
    mount.options = wish.options;
    mount.copies = !wish.has_no_copy;
    mount.is_id_mapped = !wish.is_not_mapped;
    if (wish.is_read_only && !has(mount.options, "ro"))
        mount.options.emplace_back("ro");
    check_options(mount, wish.options);
    check_contradictions(mount);
    const bool is_volume = mount.kind == MountKind::volume;
    refuse(!is_volume && !wish.sub_path.empty(), mount, "a subpath");
    refuse(!is_volume && wish.has_no_copy, mount, "'nocopy'");
    refuse(!is_volume && !(wish.volume_options.empty() && wish.volume_labels.empty()), mount,
           "a volume's option");
    refuse(mount.kind != MountKind::bind && !wish.propagation.empty(), mount, "a propagation");
    refuse(mount.kind != MountKind::bind && !wish.recursive.empty(), mount, "'bind-recursive'");
    refuse(mount.kind != MountKind::tmpfs && (wish.size || wish.mode), mount, "a size or mode");
    refuse(mount.kind == MountKind::tmpfs && !wish.source.empty() && wish.source != "tmpfs", mount,
           "a source");
    refuse(mount.kind == MountKind::tmpfs && wish.is_not_mapped, mount, "'noidmap'");
    if (mount.kind == MountKind::bind)
        complete_bind(mount, wish);
    else if (is_volume)
        complete_volume(mount, wish);
    else
        complete_tmpfs(mount, wish);
    return mount;
}

std::optional<Mount> volume_of_image(const std::string& target, const std::set<std::string>& taken)
{
    // Over these an image could hide what holds its containers (CVE-2019-16884).
    std::string path;
    try {
        path = checked_target(target);
    } catch (const Failure& failure) {
        throw failure.within("the image's VOLUME");
    }
    for (const char* ours : {"/dev", "/sys"})
        if (is_at_or_below(path, ours))
            throw Failure{ErrorCode::invalid_mount,
                          "the image's VOLUME " + path +
                              " is over what is the kernel's: an image has no say there"};
    if (taken.contains(path))
        return std::nullopt;
    Mount mount;
    mount.target = path;
    mount.is_anonymous = true;
    return mount;
}

Json to_json(const std::vector<Mount>& mounts)
{
    Json list = Json::array();
    for (const Mount& mount : mounts)
        list.push_back({{"kind", kinds.at(static_cast<std::size_t>(mount.kind)).second},
                        {"source", mount.source},
                        {"target", mount.target},
                        {"sub_path", mount.sub_path},
                        {"options", mount.options},
                        {"copies", mount.copies},
                        {"id_mapped", mount.is_id_mapped},
                        {"recursive", mount.is_recursive},
                        {"anonymous", mount.is_anonymous}});
    return list;
}

std::vector<Mount> read_mounts(const Json& json)
{
    std::vector<Mount> mounts;
    for (const Json& item : json) {
        Mount mount;
        const std::string name = item.at("kind");
        for (const auto& [kind, word] : kinds)
            if (name == word)
                mount.kind = kind;
        item.at("source").get_to(mount.source);
        item.at("target").get_to(mount.target);
        item.at("sub_path").get_to(mount.sub_path);
        item.at("options").get_to(mount.options);
        item.at("copies").get_to(mount.copies);
        item.at("id_mapped").get_to(mount.is_id_mapped);
        item.at("recursive").get_to(mount.is_recursive);
        item.at("anonymous").get_to(mount.is_anonymous);
        mounts.push_back(std::move(mount));
    }
    return mounts;
}

oci::Mount runtime_mount(const Mount& mount, const std::string& path, UserIds ids)
{
    oci::Mount made;
    made.destination = mount.target;
    made.options = mount.options;
    if (mount.kind == MountKind::tmpfs) {
        made.type = "tmpfs";
        made.source = "tmpfs";
        return made;
    }
    made.type = "bind";
    made.source = path;
    const bool is_recursive = mount.kind == MountKind::bind && mount.is_recursive;
    made.options.emplace_back(is_recursive ? "rbind" : "bind");
    // A container whose root is the host's on these files must not open the host's disks by them.
    if (!has(mount.options, "dev") && !has(mount.options, "nodev"))
        made.options.emplace_back(is_recursive ? "rnodev" : "nodev");
    if (ids == UserIds::own && mount.is_id_mapped)
        made.options.emplace_back(is_recursive ? "ridmap" : "idmap");
    return made;
}

std::vector<oci::Mount> merge(std::vector<oci::Mount> defaults, const std::vector<oci::Mount>& added)
{
    std::vector<oci::Mount> all;
    for (oci::Mount& mount : defaults)
        if (std::none_of(added.begin(), added.end(), [&mount](const oci::Mount& other) {
                return other.destination == mount.destination;
            }))
            all.push_back(std::move(mount));
    all.insert(all.end(), added.begin(), added.end());
    std::stable_sort(all.begin(), all.end(), [](const oci::Mount& one, const oci::Mount& other) {
        return std::count(one.destination.begin(), one.destination.end(), '/') <
               std::count(other.destination.begin(), other.destination.end(), '/');
    });
    return all;
}

} // namespace slipway::engine
