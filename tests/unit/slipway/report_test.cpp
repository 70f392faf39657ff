// SPDX-License-Identifier: LGPL-2.1-or-later
// What a failure is told as, and the status the program ends with.
#include "bus/message.hpp"
#include "slipway/exit_status.hpp"
#include "slipway/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

using ::testing::HasSubstr;

TEST(AnExitStatus, OfEachKindOfFailureIsAsPromised)
{
    const std::map<ErrorCode, int> promised{
        {ErrorCode::internal, 1},
        {ErrorCode::io_error, 1},
        {ErrorCode::invalid_argument, 2},
        {ErrorCode::unknown_option, 2},
        {ErrorCode::invalid_name, 2},
        {ErrorCode::invalid_reference, 2},
        {ErrorCode::name_taken, 4},
        {ErrorCode::no_such_container, 3},
        {ErrorCode::no_such_image, 3},
        {ErrorCode::no_such_device, 3},
        {ErrorCode::no_such_file, 3},
        {ErrorCode::no_such_job, 3},
        {ErrorCode::no_such_volume, 3},
        {ErrorCode::no_such_secret, 3},
        {ErrorCode::no_such_network, 3},
        {ErrorCode::no_such_wire, 3},
        {ErrorCode::no_such_group, 3},
        {ErrorCode::no_such_record, 3},
        {ErrorCode::volume_in_use, 4},
        {ErrorCode::network_in_use, 4},
        {ErrorCode::no_address, 1},
        {ErrorCode::port_taken, 4},
        {ErrorCode::invalid_mount, 2},
        {ErrorCode::image_in_use, 4},
        {ErrorCode::already_running, 4},
        {ErrorCode::not_running, 4},
        {ErrorCode::container_running, 4},
        {ErrorCode::no_command, 2},
        {ErrorCode::command_not_found, 127},
        {ErrorCode::command_not_executable, 126},
        {ErrorCode::no_such_user, 2},
        {ErrorCode::unreadable_archive, 6},
        {ErrorCode::truncated_archive, 6},
        {ErrorCode::hostile_archive, 6},
        {ErrorCode::start_failed, 1},
        {ErrorCode::member_failed, 1},
        {ErrorCode::placement_failed, 1},
        {ErrorCode::access_denied, 5},
        {ErrorCode::timed_out, 7},
        {ErrorCode::cancelled, 8},
        {ErrorCode::not_supported, 1},
        {ErrorCode::no_space, 1},
        {ErrorCode::unavailable, 1},
        {ErrorCode::digest_mismatch, 6},
        {ErrorCode::damaged_layer, 6},
        {ErrorCode::registry_denied, 5},
        {ErrorCode::registry_blocked, 5},
        {ErrorCode::registry_unreachable, 7},
        {ErrorCode::registry_untrusted, 6},
        {ErrorCode::registry_failed, 1},
        {ErrorCode::not_in_registry, 3},
        {ErrorCode::no_such_platform, 3},
        {ErrorCode::invalid_manifest, 6},
        {ErrorCode::invalid_configuration, 2},
        {ErrorCode::not_logged_in, 3},
        {ErrorCode::credential_helper_failed, 1},
    };
    EXPECT_EQ(promised.size(), error_table.size());
    for (const auto& [code, status] : promised)
        EXPECT_EQ(exit_status(code, Manner::plain), status) << row_of(code).name;
}

TEST(AnExitStatus, NextToAPayloadsIs125SaveFor126And127)
{
    for (const ErrorRow& row : error_table) {
        const bool is_the_commands =
            row.code == ErrorCode::command_not_found || row.code == ErrorCode::command_not_executable;
        EXPECT_EQ(exit_status(row.code, Manner::payload), is_the_commands ? row.exit_status : 125)
            << row.name;
    }
    EXPECT_EQ(exit_status(ErrorCode::command_not_found, Manner::payload), 127);
    EXPECT_EQ(exit_status(ErrorCode::command_not_executable, Manner::payload), 126);
}

TEST(AnExitStatus, OfWrongUseIs2OrNextToAPayloads125)
{
    EXPECT_EQ(usage_exit_status(Manner::plain), 2);
    EXPECT_EQ(usage_exit_status(Manner::payload), 125);
}

TEST(AReport, IsOneLineWhereNothingCanBeAdvised)
{
    EXPECT_EQ(report_text(Failure{ErrorCode::cancelled, "stopped"}, Detail::plain), "slipway: stopped\n");
}

TEST(AReport, SaysWhatToDoNext)
{
    const Failure failure{ErrorCode::not_running, "web is at rest"};
    EXPECT_EQ(report_text(failure, Detail::plain),
              "slipway: web is at rest\nhint: 'slipway start NAME' starts it\n");
    EXPECT_EQ(report_text(failure, Detail::plain, client::Reach::user),
              "slipway: web is at rest\nhint: 'slipway --user start NAME' starts it\n");
}

TEST(AReport, DoesNotAdviseTwice)
{
    EXPECT_EQ(report_text(Failure{ErrorCode::no_such_container, "no container 'a' (see slipway ps -a)"},
                          Detail::plain),
              "slipway: no container 'a' (see slipway ps -a)\n");
}

TEST(AReport, DoesNotObeyTheMessage)
{
    EXPECT_EQ(report_text(Failure{ErrorCode::cancelled, "a\n\x1b[2J"}, Detail::plain),
              "slipway: a\\n\\x1b[2J\n");
}

TEST(AReport, InDetailTellsThePlaceInTheCode)
{
    const std::string text = report_text(Failure{ErrorCode::cancelled, "stopped"}, Detail::debug);
    EXPECT_THAT(text, HasSubstr("slipway: stopped [Cancelled at "));
    EXPECT_THAT(text, HasSubstr("report_test.cpp:"));
}

TEST(AReport, InDetailTellsTheNameOnTheBus)
{
    const bus::RemoteFailure failure{ErrorCode::cancelled, "org.example.Error.Odd", "odd"};
    EXPECT_EQ(report_text(failure, Detail::debug), "slipway: odd [org.example.Error.Odd]\n");
    EXPECT_EQ(report_text(failure, Detail::plain), "slipway: odd\n");
}

TEST(AHint, IsThereForEachFailureThatHasAWayOut)
{
    for (const ErrorCode code : {ErrorCode::no_such_container, ErrorCode::no_such_image,
                                 ErrorCode::name_taken, ErrorCode::image_in_use, ErrorCode::already_running,
                                 ErrorCode::not_running, ErrorCode::container_running, ErrorCode::no_command,
                                 ErrorCode::access_denied, ErrorCode::unavailable, ErrorCode::no_space})
        EXPECT_FALSE(hint_for(code).empty()) << row_of(code).name;
}

} // namespace
} // namespace slipway::cli
