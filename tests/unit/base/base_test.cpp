// SPDX-License-Identifier: LGPL-2.1-or-later
// base: descriptors, packets, files, digests, signals and the table of errors.
#include "base/digest.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/id.hpp"
#include "base/packet.hpp"
#include "base/signal_name.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <set>
#include <thread>

namespace slipway {
namespace {

TEST(Fd, ClosesOnceWhateverItsWay)
{
    FdPair pipe = make_pipe();
    const int number = pipe.first.number();
    Fd moved = std::move(pipe.first);
    EXPECT_FALSE(pipe.first.is_open()); // NOLINT: what a move leaves is promised
    EXPECT_EQ(moved.number(), number);
    moved.reset();
    EXPECT_EQ(::fcntl(number, F_GETFD), -1);
}

TEST(Packet, CarriesTextAndDescriptors)
{
    const FdPair ends = make_packet_pair();
    const FdPair pipe = make_pipe();
    send_packet(ends.first.number(), "hello", {pipe.second.number()});
    std::optional<Packet> packet = receive_packet(ends.second.number());
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->text, "hello");
    ASSERT_EQ(packet->descriptors.size(), 1U);
    write_all(packet->descriptors[0].number(), "x", "pipe");
    char byte = 0;
    EXPECT_EQ(::read(pipe.first.number(), &byte, 1), 1);
    EXPECT_NE(::fcntl(packet->descriptors[0].number(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(Packet, SaysThatThePeerHasClosed)
{
    FdPair ends = make_packet_pair();
    ends.first.reset();
    EXPECT_FALSE(receive_packet(ends.second.number()));
}

TEST(Packet, OfAPeerThatClosedUnheardIsStillRead)
{
    FdPair ends = make_packet_pair();
    send_packet(ends.first.number(), "too late");
    send_packet(ends.second.number(), "last word");
    ends.second.reset();
    const std::optional<Packet> packet = receive_packet(ends.first.number());
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->text, "last word");
    EXPECT_FALSE(receive_packet(ends.first.number()));
}

TEST(Packet, ToAPeerThatHasGoneIsNotSent)
{
    FdPair ends = make_packet_pair();
    ends.second.reset();
    EXPECT_EQ(try_send_packet(ends.first.number(), "x"), Delivery::peer_gone);
    EXPECT_THROW(send_packet(ends.first.number(), "x"), Failure);
}

TEST(Packet, RefusesWhatIsTooLong)
{
    const FdPair ends = make_packet_pair();
    EXPECT_THROW(send_packet(ends.first.number(), std::string(packet_limit + 1, 'x')), Failure);
}

TEST(File, IsReplacedWhole)
{
    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("slipway-" + short_id(make_id()));
    EXPECT_FALSE(find_file(path));
    replace_file(path, "one", Durability::page_cache);
    replace_file(path, "two", Durability::disk);
    EXPECT_EQ(read_file(path), "two");
    EXPECT_THROW(read_file(path, 2), Failure);
    std::filesystem::remove(path);
}

TEST(File, InMemoryCannotBeChanged)
{
    const Fd file = make_memory_file("test", "content");
    EXPECT_EQ(::write(file.number(), "x", 1), -1);
    EXPECT_EQ(read_all(file.number(), "test"), "content");
}

TEST(Digest, TakesOnlyLowerCaseSha256)
{
    const std::string hex(64, 'a');
    EXPECT_EQ(Digest::parse("sha256:" + hex).value().hex(), hex);
    EXPECT_FALSE(Digest::parse(hex));
    EXPECT_FALSE(Digest::parse("sha256:" + std::string(63, 'a')));
    EXPECT_FALSE(Digest::parse("sha256:" + std::string(64, 'A')));
    EXPECT_FALSE(Digest::parse("sha512:" + hex));
}

TEST(Id, IsRandomAndWellFormed)
{
    const std::string id = make_id();
    EXPECT_TRUE(is_id(id));
    EXPECT_NE(id, make_id());
    EXPECT_EQ(short_id(id).size(), 12U);
}

TEST(SignalName, ReadsWhatPeopleWrite)
{
    for (const char* text : {"SIGTERM", "term", "TERM", "15"})
        EXPECT_EQ(parse_signal(text).value(), SIGTERM) << text;
    EXPECT_EQ(parse_signal("SIGRTMIN+3").value(), SIGRTMIN + 3);
    EXPECT_EQ(parse_signal("RTMAX-1").value(), SIGRTMAX - 1);
    for (const char* text : {"", "0", "-1", "65", "SIGNOPE", "RTMIN+99", "15x", "RTMAX+1"})
        EXPECT_FALSE(parse_signal(text)) << text;
}

TEST(SignalName, ComesBackAsItWent)
{
    for (int signal = 1; signal <= SIGRTMAX; ++signal) {
        EXPECT_EQ(parse_signal(signal_name(signal)).value(), signal);
    }
}

TEST(ErrorTable, IsInTheOrderOfItsCodesWithNamesOfTheirOwn)
{
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < error_table.size(); ++i) {
        EXPECT_EQ(static_cast<std::size_t>(error_table[i].code), i);
        EXPECT_TRUE(names.insert(error_table[i].name).second) << error_table[i].name;
        EXPECT_EQ(find_error_code(error_table[i].name), error_table[i].code);
        EXPECT_GT(error_table[i].exit_status, 0);
    }
    EXPECT_FALSE(find_error_code("Nope"));
}

TEST(Failure, SaysWhatWasTriedAndWhy)
{
    const Failure failure = errno_failure(ENOENT, "open", "/nowhere").within("starting web");
    EXPECT_EQ(failure.message(), "starting web: open /nowhere: No such file or directory");
    EXPECT_EQ(errno_failure(ENOSPC, "write").code(), ErrorCode::no_space);
}

TEST(RemoveTree, IsNotAloneInRemoving)
{
    const std::filesystem::path directory = std::filesystem::temp_directory_path() / ("slipway-" + make_id());
    for (int round = 0; round < 1000; ++round) {
        std::filesystem::create_directories(directory / "in");
        replace_file(directory / "in/file", "", Durability::page_cache);
        std::atomic<bool> has_begun = false;
        std::thread other{[&] {
            has_begun = true;
            ::unlink((directory / "in/file").c_str());
        }};
        while (!has_begun) {
        }
        const std::error_code error = remove_tree(directory);
        other.join();
        ASSERT_FALSE(error) << error.message();
        ASSERT_FALSE(std::filesystem::exists(directory));
    }
    EXPECT_FALSE(remove_tree(directory));
}

} // namespace
} // namespace slipway
