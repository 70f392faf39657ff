// SPDX-License-Identifier: LGPL-2.1-or-later
// Docker's profiles: what does not count here is left out, what is written in docker's own way is rewritten,
// and the rest is an OCI policy.
#include "oci/docker_seccomp.hpp"

#include "base/json.hpp"
#include "oci/runtime_checks.hpp"
#include "oci/runtime_members.hpp"
#include "oci/runtime_names.hpp"

#include <array>
#include <charconv>

namespace slipway::oci {

namespace {

std::vector<std::string> words_of(const Json& object, const char* member)
{
    const Json* const found = object.find(member);
    return found == nullptr || !found->is_array() ? std::vector<std::string>{}
                                                  : found->get<std::vector<std::string>>();
}

// "4.8" and newer.
bool is_new_enough(const SeccompPlace& place, const std::string& least)
{
    unsigned major = 0;
    unsigned minor = 0;
    const auto [dot, error] = std::from_chars(least.data(), least.data() + least.size(), major);
    if (error == std::errc{} && dot != least.data() + least.size())
        std::from_chars(dot + 1, least.data() + least.size(), minor);
    return place.kernel_major != major ? place.kernel_major > major : place.kernel_minor >= minor;
}

enum class Kind { includes, excludes };

// Whether the conditions in a rule's "includes" or "excludes" let it count.
bool counts(const Json& rule, Kind kind, const SeccompPlace& place)
{
    const Json* const found = rule.find(kind == Kind::includes ? "includes" : "excludes");
    if (found == nullptr || !found->is_object())
        return true;
    bool are_all_there = true;
    bool is_any_there = false;
    for (const std::string& name : words_of(*found, "caps")) {
        const bool is_there = place.capabilities.contains(name);
        are_all_there = are_all_there && is_there;
        is_any_there = is_any_there || is_there;
    }
    const std::vector<std::string> architectures = words_of(*found, "arches");
    bool is_of_architecture = architectures.empty();
    for (const std::string& name : architectures)
        is_of_architecture = is_of_architecture || name == place.architecture;
    const std::string kernel = found->value("minKernel", std::string{});
    if (kind == Kind::includes)
        return are_all_there && is_of_architecture && (kernel.empty() || is_new_enough(place, kernel));
    return !is_any_there && (architectures.empty() || !is_of_architecture) &&
           (kernel.empty() || !is_new_enough(place, kernel));
}

void rewrite_architectures(Json& profile, const SeccompPlace& place)
{
    struct Row {
        std::string_view docker;
        std::string_view oci;
    };
    static constexpr std::array rows{
        Row{"amd64", "SCMP_ARCH_X86_64"},    Row{"386", "SCMP_ARCH_X86"},
        Row{"arm64", "SCMP_ARCH_AARCH64"},   Row{"arm", "SCMP_ARCH_ARM"},
        Row{"ppc64le", "SCMP_ARCH_PPC64LE"}, Row{"s390x", "SCMP_ARCH_S390X"},
        Row{"riscv64", "SCMP_ARCH_RISCV64"}, Row{"mips64le", "SCMP_ARCH_MIPSEL64"}};
    const Json* const map = profile.find("archMap");
    if (map == nullptr)
        return;
    std::string own;
    for (const Row& row : rows)
        if (row.docker == place.architecture)
            own = row.oci;
    for (const Json& entry : *map)
        if (entry.value("architecture", std::string{}) == own) {
            Json all = Json::array({own});
            for (const std::string& name : words_of(entry, "subArchitectures"))
                all.push_back(name);
            profile["architectures"] = all;
        }
}

Json rewrite(const Json& written, const SeccompPlace& place)
{
    Json profile = written;
    rewrite_architectures(profile, place);
    Json rules = Json::array();
    for (Json rule : profile.value("syscalls", Json::array())) {
        if (!rule.is_object() || (counts(rule, Kind::includes, place) && counts(rule, Kind::excludes, place)))
        {
            if (rule.is_object() && rule.contains("name") && !rule.contains("names"))
                rule["names"] = Json::array({rule.at("name")});
            rules.push_back(std::move(rule));
        }
    }
    profile["syscalls"] = std::move(rules);
    return profile;
}

} // namespace

Result<Seccomp> parse_docker_seccomp(std::string_view text, const SeccompPlace& place)
{
    const Json json = parse_json(text);
    if (!json.is_object())
        return Failure{ErrorCode::invalid_argument, "seccomp: is no JSON object"};
    try {
        Seccomp policy;
        JsonReader::take(rewrite(json, place), policy, Place{"seccomp"});
        return policy;
    } catch (const Failure& failure) {
        return failure;
    } catch (const Json::Error&) {
        return Failure{ErrorCode::invalid_argument, "seccomp: a condition has another shape than docker's"};
    }
}

std::string docker_architecture(std::string_view machine)
{
    struct Row {
        std::string_view machine;
        std::string_view docker;
    };
    static constexpr std::array rows{Row{"x86_64", "amd64"}, Row{"aarch64", "arm64"}, Row{"i686", "386"},
                                     Row{"armv7l", "arm"}, Row{"mips64", "mips64le"}};
    for (const Row& row : rows)
        if (row.machine == machine)
            return std::string{row.docker};
    return std::string{machine};
}

} // namespace slipway::oci
