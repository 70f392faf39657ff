// SPDX-License-Identifier: LGPL-2.1-or-later
// Vault: values go from memory files through a worker's hands to the disk, and back.
#include "engine/secret/vault.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "engine/container/settings.hpp"
#include "engine/secret/credentials.hpp"

#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::engine {

namespace {

// As systemd's credentials (systemd.exec(5)).
constexpr std::size_t most_bytes = 1U << 20U;

// A pipe could keep a worker waiting for ever.
void check_value(const Fd& value)
{
    struct stat status {};
    check(::fstat(value.number(), &status), "look at the value");
    if (!S_ISREG(status.st_mode))
        throw Failure{ErrorCode::invalid_argument, "the value of a secret comes in a file"};
    if (status.st_size > static_cast<off_t>(most_bytes))
        throw Failure{ErrorCode::invalid_argument, "a secret has at most 1 MiB"};
}

// Checked again: the file may have grown.
std::string read_value(const Fd& value)
{
    std::string text(most_bytes + 1, '\0');
    std::size_t length = 0;
    for (;;) {
        const ssize_t count =
            ::pread(value.number(), text.data() + length, text.size() - length, static_cast<off_t>(length));
        if (check(static_cast<int>(count), "read the value") == 0)
            break;
        length += static_cast<std::size_t>(count);
    }
    if (length > most_bytes)
        throw Failure{ErrorCode::invalid_argument, "a secret has at most 1 MiB"};
    text.resize(length);
    return text;
}

void write_value(const store::Secrets& secrets, store::SecretRow row, const Fd& value)
{
    std::string plain = read_value(value);
    std::optional<std::string> encrypted = encrypt_credential(row.name, plain);
    row.is_encrypted = encrypted.has_value();
    secrets.put(row, encrypted ? *encrypted : plain);
    ::explicit_bzero(plain.data(), plain.size());
}

OpenSecret open_one(const store::Secrets& secrets, SecretGrant grant)
{
    store::StoredSecret stored = secrets.at(grant.name);
    try {
        if (stored.row.is_encrypted)
            stored.value = decrypt_credential(grant.name, stored.value);
        return {std::move(grant), std::move(stored.value)};
    } catch (const Failure& failure) {
        throw failure.within("opening the secret " + grant.name);
    }
}

} // namespace

async::Task<> Vault::put(std::string name, Fd value, PutWish wish)
{
    try {
        check_name(name);
    } catch (const Failure& failure) {
        throw failure.within("secret");
    }
    check_value(value);
    const std::optional<store::StoredSecret> present = secrets_.find(name);
    if (present && !wish.replaces)
        throw Failure{ErrorCode::name_taken, "there is a secret " + name + " already"};
    // One group does not take another's away, or an administrator's.
    if (present && present->row.group != wish.group)
        throw Failure{ErrorCode::name_taken, "there is a secret " + name + " already, and not this group's"};
    const auto shared = std::make_shared<Fd>(std::move(value));
    store::SecretRow row{name, false, wish.group, now()};
    std::function<void()> work = [secrets = secrets_, row, shared] { write_value(secrets, row, *shared); };
    co_await workers_->run(std::move(work));
}

async::Task<std::vector<OpenSecret>> Vault::open(std::vector<SecretGrant> grants) const
{
    const auto opened = std::make_shared<std::vector<OpenSecret>>();
    std::function<void()> work = [secrets = secrets_, grants, opened] {
        for (const SecretGrant& grant : grants)
            opened->push_back(open_one(secrets, grant));
    };
    co_await workers_->run(std::move(work));
    co_return std::move(*opened);
}

store::SecretRow Vault::at(const std::string& name) const
{
    return secrets_.at(name).row;
}

void Vault::remove(const std::string& name)
{
    check_name(name);
    secrets_.remove(name);
}

void Vault::remove_of(const std::string& group)
{
    for (const store::SecretRow& row : secrets_.list())
        if (row.group == group)
            secrets_.remove(row.name);
}

} // namespace slipway::engine
