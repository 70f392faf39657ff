// SPDX-License-Identifier: LGPL-2.1-or-later
// SecretGrant: completed and checked.
#include "engine/secret/grant.hpp"

#include "base/failure.hpp"

#include <filesystem>
#include <set>

namespace slipway::engine {

namespace {

constexpr std::uint32_t all_permissions = 0777;
constexpr std::uint32_t least_foreign_id = 65536;

std::string complete_target(const SecretGrant& grant)
{
    const std::string& wish = grant.target.empty() ? grant.name : grant.target;
    const std::filesystem::path target = (std::filesystem::path{secrets_directory} / wish).lexically_normal();
    const std::string& text = target.native();
    const bool has_name = target.has_filename() && target.filename() != "." && target.filename() != "..";
    if (!has_name || text == secrets_directory || text.find('\0') != std::string::npos ||
        (!wish.starts_with('/') && wish.find('/') != std::string::npos))
        throw Failure{ErrorCode::invalid_argument,
                      "the secret " + grant.name + ": '" + wish +
                          "' is no target: a name, or an absolute path of a file"};
    return text;
}

} // namespace

std::vector<SecretGrant> complete(std::vector<SecretGrant> grants)
{
    std::set<std::string> targets;
    for (SecretGrant& grant : grants) {
        grant.target = complete_target(grant);
        if (!targets.insert(grant.target).second)
            throw Failure{ErrorCode::invalid_argument, "two secrets at " + grant.target};
        if (grant.mode > all_permissions)
            throw Failure{ErrorCode::invalid_argument,
                          "the secret " + grant.name + ": a mode is at most 0777"};
        if (grant.uid >= least_foreign_id || grant.gid >= least_foreign_id)
            throw Failure{ErrorCode::invalid_argument,
                          "the secret " + grant.name + ": uid and gid are at most 65535"};
    }
    return grants;
}

bool is_in_secrets_directory(const SecretGrant& grant)
{
    return std::filesystem::path{grant.target}.parent_path() == secrets_directory;
}

Json to_json(const std::vector<SecretGrant>& grants)
{
    Json list = Json::array();
    for (const SecretGrant& grant : grants)
        list.push_back({{"name", grant.name},
                        {"target", grant.target},
                        {"uid", grant.uid},
                        {"gid", grant.gid},
                        {"mode", grant.mode}});
    return list;
}

std::vector<SecretGrant> read_grants(const Json& json)
{
    std::vector<SecretGrant> grants;
    for (const Json& item : json)
        grants.push_back({item.at("name").get<std::string>(), item.at("target").get<std::string>(),
                          item.at("uid").get<std::uint32_t>(), item.at("gid").get<std::uint32_t>(),
                          item.at("mode").get<std::uint32_t>()});
    return grants;
}

} // namespace slipway::engine
