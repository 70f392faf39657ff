// SPDX-License-Identifier: LGPL-2.1-or-later
// Secrets: a file each.
#include "store/secrets.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/json.hpp"

#include <algorithm>

namespace slipway::store {

namespace {

Failure no_such_secret(const std::string& name)
{
    return Failure{ErrorCode::no_such_secret, "no secret \"" + name + "\""};
}

StoredSecret parse_stored(const std::string& name, std::string text)
{
    const std::size_t end = text.find('\n');
    const Json json = parse_json(std::string_view{text}.substr(0, end));
    if (end == std::string::npos || !json.is_object() || !json.contains("encrypted"))
        throw Failure{ErrorCode::internal, "the file of the secret " + name + " is damaged"};
    StoredSecret stored;
    stored.row.name = name;
    stored.row.is_encrypted = json.at("encrypted").get<bool>();
    stored.row.group = json.value("group", std::string{});
    stored.row.created_at = from_usec(json.value("created_usec", std::uint64_t{0}));
    stored.value = text.substr(end + 1);
    return stored;
}

} // namespace

void Secrets::put(const SecretRow& row, std::string_view value) const
{
    const Json json{
        {"encrypted", row.is_encrypted}, {"group", row.group}, {"created_usec", to_usec(row.created_at)}};
    replace_file(directory_ / row.name, json_text(json) + "\n" + std::string{value}, Durability::disk);
}

std::optional<StoredSecret> Secrets::find(const std::string& name) const
{
    std::optional<std::string> text = find_file(directory_ / name);
    if (!text)
        return std::nullopt;
    return parse_stored(name, *std::move(text));
}

StoredSecret Secrets::at(const std::string& name) const
{
    if (std::optional<StoredSecret> stored = find(name))
        return *std::move(stored);
    throw no_such_secret(name);
}

std::vector<SecretRow> Secrets::list() const
{
    std::vector<SecretRow> rows;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{directory_, error}) {
        const std::string name = entry.path().filename();
        // What replace_file() was writing when the engine died is no secret.
        if (name.starts_with('.'))
            continue;
        if (std::optional<StoredSecret> stored = find(name))
            rows.push_back(std::move(stored->row));
    }
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return rows;
}

void Secrets::remove(const std::string& name) const
{
    if (!std::filesystem::remove(directory_ / name))
        throw no_such_secret(name);
}

} // namespace slipway::store
