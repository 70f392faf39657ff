// SPDX-License-Identifier: LGPL-2.1-or-later
// What listings say of a container, an image and their names.
#include "slipway/container_text.hpp"

#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

using namespace std::chrono_literals;

const RealTime known_present{Microseconds{1'700'000'000'000'000}};

client::ContainerInfo in_state(const std::string& state)
{
    client::ContainerInfo info;
    info.state = state;
    info.started_usec = to_usec(known_present - 2min);
    info.finished_usec = to_usec(known_present - 3s);
    info.exit_status = 137;
    return info;
}

TEST(AStatus, OfARunningContainerCountsFromItsStart)
{
    EXPECT_EQ(status_text(in_state("running"), known_present), "Up 2 minutes");
}

TEST(AStatus, OfAnExitedContainerTellsItsExitStatus)
{
    EXPECT_EQ(status_text(in_state("exited"), known_present), "Exited (137) 3 seconds ago");
}

TEST(AStatus, OfAnyOtherContainerIsItsState)
{
    EXPECT_EQ(status_text(in_state("created"), known_present), "Created");
    EXPECT_EQ(status_text(in_state("stopping"), known_present), "Stopping");
    EXPECT_EQ(status_text(in_state(""), known_present), "");
}

TEST(AnImagesId, IsTakenFromItsPath)
{
    EXPECT_EQ(image_id("/org/slipway/Engine1/image/_12ab"), "12ab");
    EXPECT_EQ(image_id("/org/slipway/Engine1/container/_12ab"), "");
    EXPECT_EQ(image_id(""), "");
}

void expect_parts(const std::string& reference, const std::string& repository, const std::string& tag)
{
    const NameParts parts = split_reference(reference);
    EXPECT_EQ(parts.repository, repository) << reference;
    EXPECT_EQ(parts.tag, tag) << reference;
}

TEST(AReferencesParts, AreTheRepositoryAndTheTag)
{
    expect_parts("debian:bookworm", "debian", "bookworm");
    expect_parts("localhost:5000/web:1", "localhost:5000/web", "1");
}

TEST(AReferencesParts, WithoutATagAreNotCutAtAPort)
{
    expect_parts("localhost:5000/web", "localhost:5000/web", "<none>");
    expect_parts("debian", "debian", "<none>");
}

TEST(AReferencesParts, LeaveOutTheDigest)
{
    expect_parts("debian@sha256:12ab", "debian", "<none>");
    expect_parts("host:1/debian:12@sha256:12ab", "host:1/debian", "12");
}

} // namespace
} // namespace slipway::cli
