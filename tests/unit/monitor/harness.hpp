// SPDX-License-Identifier: LGPL-2.1-or-later
// The monitor as its engine, its client and the journal see it: the real program with a stand-in for the
// launcher.
//
// Every wait has a deadline. The end of a test fails where a process, a descriptor's holder or a file is
// left.
#pragma once

#include "base/fd.hpp"
#include "base/json.hpp"
#include "fake_journal.hpp"
#include "kernel/spawn.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::monitor::testing {

inline constexpr std::chrono::seconds deadline{20};

// True when there is something to read, or nothing ever will.
bool is_readable(int fd, std::chrono::milliseconds wait = deadline);

// The next packet; null at the end of the conversation. Fails by exception at the deadline.
Json next_packet(const Fd& socket);

// A pidfd, readable when it has ended.
Fd process_of(pid_t pid);

// Reads until CONTENT ends with END, or to the end of file; by exception at the deadline.
std::string read_until(const Fd& fd, std::string_view end);
std::string read_to_end(const Fd& fd);

// A request for the stand-in that makes it `sh -c SCRIPT`.
Json shell(const std::string& script, const Json& more = Json::object());

// What an "exited" says, but for the moment and the core, which must be there.
Json ending_in(Json exited);

// The client's ends of what it passes.
struct Client {
    Fd input;
    Fd output;
    Fd error;
    Fd session;
};

class MonitorTest : public ::testing::Test {
  protected:
    MonitorTest();
    ~MonitorTest() override;

    // Starts the monitor. Its engine is `engine`.
    void launch_monitor();

    // Sends "prepare" with all four streams (with a terminal without stderr). MORE overrides members of the
    // message.
    Client prepare(const Json& request, const Json& more = Json::object());
    // With the check that MORE's "health" says when to execute.
    Client prepare(const Json& request, const Json& more, const Json& check);
    void prepare_detached(const Json& request);
    void place(const std::string& cgroup = {});
    // Both, and waits for "started" on both sides.
    Client start(const Json& request, const Json& more = Json::object());
    // With descriptors of its own.
    Client execute(const Fd& on, const std::string& id, const Json& request, bool terminal = false);

    static void send(const Fd& socket, const Json& message, const std::vector<int>& descriptors = {});

    // Another engine connects to monitor.sock, which appears a moment after the start.
    Fd connect_engine();

    // Reads FD to its end while the journal takes what comes to it, in whichever pieces they come.
    std::string read_to_end_with_journal(const Fd& fd, std::vector<Fields>& entries);

    // All that comes to the journal until the monitor has ended.
    void take_entries_to_end(std::vector<Fields>& entries);

    // The monitor's exit status.
    int wait_for_monitor();

    // What the exit record holds.
    Json exit_record() const;

    std::filesystem::path directory;
    std::filesystem::path container_directory;
    FakeJournal journal;
    std::string journal_path; // as the monitor is told
    Fd engine;
    kernel::Spawned monitor;
    pid_t payload = 0; // start() sets it
    bool is_reaped = false;
};

} // namespace slipway::monitor::testing
