// SPDX-License-Identifier: LGPL-2.1-or-later
// FakeJournal: receives datagrams and memory files, takes entries apart.
#include "fake_journal.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/unix_address.hpp"

#include <array>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

namespace slipway::monitor::testing {

Fields parse_entry(const std::string& datagram)
{
    Fields fields;
    std::string_view rest = datagram;
    while (!rest.empty()) {
        const std::size_t newline = rest.find('\n');
        if (newline == std::string_view::npos)
            throw Failure{ErrorCode::invalid_argument, "an entry without a last newline"};
        const std::string_view line = rest.substr(0, newline);
        rest.remove_prefix(newline + 1);
        const std::size_t equals = line.find('=');
        if (equals != std::string_view::npos) {
            fields[std::string{line.substr(0, equals)}] = line.substr(equals + 1);
            continue;
        }
        std::uint64_t size = 0;
        std::memcpy(&size, rest.data(), sizeof size);
        fields[std::string{line}] = rest.substr(sizeof size, size);
        if (rest.at(sizeof size + size) != '\n')
            throw Failure{ErrorCode::invalid_argument, "a value without its newline"};
        rest.remove_prefix(sizeof size + size + 1);
    }
    return fields;
}

FakeJournal::FakeJournal(std::filesystem::path path) : path_{std::move(path)}
{
    start();
}

void FakeJournal::start()
{
    socket_ = Fd{check(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "make a socket")};
    const UnixAddress address{path_.native()};
    check(::bind(socket_.number(), address.pointer(), address.size()), "bind", path_.native());
}

void FakeJournal::stop()
{
    std::filesystem::remove(path_);
    socket_.reset();
}

std::optional<RawEntry> FakeJournal::next_raw(std::chrono::milliseconds deadline)
{
    pollfd waiting{.fd = socket_.number(), .events = POLLIN, .revents = 0};
    if (check(::poll(&waiting, 1, static_cast<int>(deadline.count())), "poll") == 0)
        return std::nullopt;
    RawEntry entry;
    entry.bytes.resize(1U << 20U);
    iovec part{entry.bytes.data(), entry.bytes.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t size = check(::recvmsg(socket_.number(), &message, MSG_CMSG_CLOEXEC), "receive an entry");
    entry.bytes.resize(static_cast<std::size_t>(size));
    if (const cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr) {
        int number = -1;
        std::memcpy(&number, CMSG_DATA(header), sizeof number);
        const Fd file{number};
        constexpr int seals =
            F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL; // journald insists on them
        if (::fcntl(number, F_GET_SEALS) != seals)
            throw Failure{ErrorCode::invalid_argument, "a memory file that is not sealed"};
        check(::lseek(number, 0, SEEK_SET), "rewind");
        entry = {.bytes = read_all(number, "entry"), .came_as_file = true};
    }
    return entry;
}

Fields FakeJournal::next(std::chrono::milliseconds deadline)
{
    std::optional<RawEntry> entry = next_raw(deadline);
    if (!entry)
        throw Failure{ErrorCode::timed_out, "no entry came to the journal"};
    return parse_entry(entry->bytes);
}

std::vector<Fields> FakeJournal::take_waiting()
{
    std::vector<Fields> entries;
    while (const std::optional<RawEntry> entry = next_raw(std::chrono::milliseconds{0}))
        entries.push_back(parse_entry(entry->bytes));
    return entries;
}

} // namespace slipway::monitor::testing
