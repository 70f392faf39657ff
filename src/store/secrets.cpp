// SPDX-License-Identifier: LGPL-2.1-or-later
// Secrets: a file each.
#include "store/secrets.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"

#include <algorithm>

namespace slipway::store {

namespace {

Failure no_such_secret(const std::string& name)
{
    return Failure{ErrorCode::no_such_secret, "no secret \"" + name + "\""};
}

} // namespace

void Secrets::put(const SecretRow& row, std::string_view value) const
{
    replace_file(directory_ / row.name, secret_text(row, value), Durability::disk);
}

std::optional<StoredSecret> Secrets::find(const std::string& name) const
{
    const std::optional<std::string> text = find_file(directory_ / name);
    if (!text)
        return std::nullopt;
    return parse_secret(name, *text);
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
