// SPDX-License-Identifier: LGPL-2.1-or-later
// Surroundings: understood, and written into a runtime configuration.
#include "engine/container/surroundings.hpp"

#include "base/failure.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace slipway::engine {

namespace {

[[noreturn]] void refuse_surroundings(const std::string& message)
{
    throw Failure{ErrorCode::invalid_argument, message};
}

template <typename Number>
std::optional<Number> number_of(std::string_view text)
{
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

std::uint64_t limit_of(std::string_view text, const std::string& wish)
{
    if (text == "-1" || text == "unlimited")
        return UINT64_MAX;
    const auto number = number_of<std::uint64_t>(text);
    if (!number)
        refuse_surroundings("ulimit " + wish + ": a limit is a number, -1 or unlimited");
    return *number;
}

oci::Rlimit rlimit_of(const std::string& wish)
{
    static constexpr std::array names{"as",      "core",     "cpu",        "data",   "fsize", "locks",
                                      "memlock", "msgqueue", "nice",       "nofile", "nproc", "rss",
                                      "rtprio",  "rttime",   "sigpending", "stack"};
    const std::size_t equals = wish.find('=');
    std::string name = wish.substr(0, equals);
    if (equals == std::string::npos || std::find(names.begin(), names.end(), name) == names.end()) {
        std::string message = "ulimit " + wish + ": is NAME=SOFT[:HARD] with a name of";
        for (const char* const known : names)
            message.append(" ").append(known);
        refuse_surroundings(message);
    }
    for (char& letter : name)
        letter = static_cast<char>(letter - 'a' + 'A');
    const std::string values = wish.substr(equals + 1);
    const std::size_t colon = values.find(':');
    oci::Rlimit limit;
    limit.type = "RLIMIT_" + name;
    limit.soft = limit_of(values.substr(0, colon), wish);
    limit.hard = colon == std::string::npos ? limit.soft : limit_of(values.substr(colon + 1), wish);
    if (limit.soft > limit.hard)
        refuse_surroundings("ulimit " + wish + ": the soft limit is above the hard one");
    return limit;
}

oci::NamespaceType namespace_of(const std::string& word)
{
    using oci::NamespaceType;
    for (const NamespaceType type :
         {NamespaceType::cgroup, NamespaceType::ipc, NamespaceType::pid, NamespaceType::uts})
        if (oci::namespace_name(type) == word)
            return type;
    refuse_surroundings("the host's namespace '" + word + "' cannot be shared; cgroup, ipc, pid and uts can");
}

} // namespace

void check_surroundings(const Surroundings& wish)
{
    std::vector<std::string> types;
    for (const std::string& ulimit : wish.ulimits) {
        types.push_back(rlimit_of(ulimit).type);
        if (std::count(types.begin(), types.end(), types.back()) > 1)
            refuse_surroundings("ulimit " + ulimit + ": is there twice");
    }
    for (const std::string& group : wish.groups)
        if (group.empty())
            refuse_surroundings("a group is a name or a number, not empty");
    if (const auto score = number_of<int>(wish.oom_score_adjust);
        !wish.oom_score_adjust.empty() && (!score || *score < -1000 || *score > 1000))
        refuse_surroundings("OOMScoreAdjust: is a number from -1000 to 1000, not '" + wish.oom_score_adjust +
                            "'");
    for (const std::string& word : wish.host_namespaces)
        namespace_of(word);
}

void apply(const Surroundings& wish, oci::RuntimeConfig& config)
{
    oci::Process& process = *config.process; // NOLINT(bugprone-unchecked-optional-access)
    config.root.readonly = wish.has_read_only_root;
    config.domainname = wish.domainname;
    config.linux.sysctl = wish.sysctls;
    for (const std::string& ulimit : wish.ulimits)
        process.rlimits.push_back(rlimit_of(ulimit));
    if (!wish.oom_score_adjust.empty())
        process.oom_score_adj = number_of<int>(wish.oom_score_adjust);
    for (oci::Mount& mount : config.mounts)
        if (mount.destination == "/dev/shm" && wish.shm_size != 0)
            mount.options.back() = "size=" + std::to_string(wish.shm_size);
    for (const std::string& word : wish.host_namespaces)
        std::erase_if(config.linux.namespaces, [type = namespace_of(word)](const oci::Namespace& space) {
            return space.type == type;
        });
    if (oci::find_namespace(config.linux, oci::NamespaceType::uts) == nullptr)
        config.hostname.clear();
    // What shares memory by names in it.
    if (oci::find_namespace(config.linux, oci::NamespaceType::ipc) == nullptr)
        for (oci::Mount& mount : config.mounts)
            if (mount.destination == "/dev/shm")
                mount = {"/dev/shm", "bind", "/dev/shm", {"rbind", "nosuid", "noexec", "nodev"}, {}, {}};
}

void to_json(Json& json, const Surroundings& wish)
{
    json = {{"read_only", wish.has_read_only_root},
            {"shm_size", wish.shm_size},
            {"ulimits", wish.ulimits},
            {"groups", wish.groups},
            {"sysctls", wish.sysctls},
            {"oom_score_adjust", wish.oom_score_adjust},
            {"domainname", wish.domainname},
            {"host_namespaces", wish.host_namespaces}};
}

void from_json(const Json& json, Surroundings& wish)
{
    json.at("read_only").get_to(wish.has_read_only_root);
    json.at("shm_size").get_to(wish.shm_size);
    json.at("ulimits").get_to(wish.ulimits);
    json.at("groups").get_to(wish.groups);
    json.at("sysctls").get_to(wish.sysctls);
    json.at("oom_score_adjust").get_to(wish.oom_score_adjust);
    json.at("domainname").get_to(wish.domainname);
    json.at("host_namespaces").get_to(wish.host_namespaces);
}

} // namespace slipway::engine
