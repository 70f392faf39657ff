// SPDX-License-Identifier: LGPL-2.1-or-later
// Rules: by the program nft, which says what it thinks of them on its standard error.
#include "netlink/rules.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "kernel/spawn.hpp"
#include "netlink/nftables_message.hpp"

#include <fmt/format.h>

#include <sys/wait.h>
#include <unistd.h>

namespace slipway::netlink {

namespace {

std::string_view name_of(Family family)
{
    return family == Family::inet ? "inet" : "bridge";
}

std::string nft_program()
{
    for (const char* path : {"/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft"})
        if (::access(path, X_OK) == 0)
            return path;
    throw Failure{ErrorCode::unavailable, "there is no nft (Debian: nftables) to load slipway's rules with"};
}

// One transaction. What nft says against it; nothing: it is done.
std::optional<std::string> try_load(std::string_view text)
{
    const Fd input = make_memory_file("nft", text);
    FdPair output = make_pipe();
    const kernel::Spawned child =
        kernel::spawn(nft_program(), {"nft", "-f", "-"}, kernel::own_environment(),
                      {{input.number(), 0}, {output.second.number(), 1}, {output.second.number(), 2}});
    output.second.reset();
    std::string said = read_all(output.first.number(), "nft's messages");
    int status = 0;
    check(::waitpid(child.pid, &status, 0), "wait for nft");
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? std::nullopt : std::optional{std::move(said)};
}

Message table_message(int type, const Table& table)
{
    Message message = nftables_message(type, 0, table.family);
    message.put_text(NFTA_TABLE_NAME, table.name);
    return message;
}

} // namespace

Loading load_rules(Socket& socket, const Table& table, const std::filesystem::path& file)
{
    const bool was_there = has_table(socket, table);
    const std::string include = fmt::format("include \"{}\"\n", file.string());
    auto complaint = try_load(include);
    if (!complaint)
        return was_there ? Loading::kept : Loading::fresh;
    // Sets and chains of another version cannot be declared over.
    if (was_there)
        complaint =
            try_load(fmt::format("delete table {} {}\n{}", name_of(table.family), table.name, include));
    if (complaint)
        throw Failure{ErrorCode::io_error, "nft refuses " + file.string() + ": " + *complaint};
    return Loading::fresh;
}

bool remove_table(Socket& socket, const Table& table)
{
    std::vector<Message> messages;
    messages.push_back(batch_message(NFNL_MSG_BATCH_BEGIN));
    messages.push_back(table_message(NFT_MSG_DELTABLE, table));
    messages.push_back(batch_message(NFNL_MSG_BATCH_END));
    const std::vector<Refusal> refusals = socket.try_transaction(std::move(messages));
    if (!refusals.empty() && refusals.front().error != ENOENT)
        throw failure_of(refusals.front(), "remove nftables' table " + table.name);
    return refusals.empty();
}

bool has_table(Socket& socket, const Table& table)
{
    return socket.ask(table_message(NFT_MSG_GETTABLE, table), "find nftables' table " + table.name,
                      [](const nlmsghdr&) {});
}

} // namespace slipway::netlink
