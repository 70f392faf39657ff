// SPDX-License-Identifier: LGPL-2.1-or-later
// Secret files: written, and read with everything checked: the disk may have lost a part.
#include "store/secret_file.hpp"

#include "base/failure.hpp"
#include "base/json.hpp"

namespace slipway::store {

namespace {

const Json* find_field(const Json& json, const char* key)
{
    const auto found = json.find(key);
    return found == json.end() ? nullptr : &*found;
}

} // namespace

std::string secret_text(const SecretRow& row, std::string_view value)
{
    const Json json{
        {"encrypted", row.is_encrypted}, {"group", row.group}, {"created_usec", to_usec(row.created_at)}};
    return json_text(json) + "\n" + std::string{value};
}

StoredSecret parse_secret(const std::string& name, std::string_view text)
{
    const Failure damaged{ErrorCode::internal, "the file of the secret " + name + " is damaged"};
    const std::size_t end = text.find('\n');
    const Json json = parse_json(text.substr(0, end));
    if (end == std::string_view::npos || !json.is_object())
        throw damaged; // NOLINT: a copy is meant
    const Json* const encrypted = find_field(json, "encrypted");
    const Json* const group = find_field(json, "group");
    const Json* const created = find_field(json, "created_usec");
    if (encrypted == nullptr || !encrypted->is_boolean() || (group != nullptr && !group->is_string()) ||
        (created != nullptr && !created->is_number_unsigned()))
        throw damaged; // NOLINT: the same
    StoredSecret stored;
    stored.row.name = name;
    stored.row.is_encrypted = encrypted->get<bool>();
    if (group != nullptr)
        stored.row.group = group->get<std::string>();
    if (created != nullptr)
        stored.row.created_at = from_usec(created->get<std::uint64_t>());
    stored.value = text.substr(end + 1);
    return stored;
}

} // namespace slipway::store
