// SPDX-License-Identifier: LGPL-2.1-or-later
// How far a part of a job is, in a line.
#include "slipway/parts_board.hpp"

#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

client::JobPart part(std::string phase, std::uint64_t done, std::uint64_t total)
{
    return {"sha256:0123456789abcdef", std::move(phase), done, total};
}

TEST(APart, HasABarWhileItComes)
{
    EXPECT_EQ(part_text(part("downloading", 0, 4'000'000), 80),
              "0123456789ab: downloading [>                       ] 0B of 4MB");
    EXPECT_EQ(part_text(part("downloading", 2'000'000, 4'000'000), 80),
              "0123456789ab: downloading [============>           ] 2MB of 4MB");
    EXPECT_EQ(part_text(part("downloading", 4'000'000, 4'000'000), 80),
              "0123456789ab: downloading [========================] 4MB of 4MB");
    EXPECT_EQ(part_text(part("done", 4, 4), 80), "0123456789ab: done");
}

TEST(APart, StaysWithinItsLine)
{
    EXPECT_EQ(part_text(part("downloading", 1, 4'000'000), 20), "0123456789ab: downl…");
}

// Whoever wrote the image chose the name's bytes, not the terminal's.
TEST(APart, CannotWriteToTheTerminal)
{
    const client::JobPart hostile{"sha256:\x1b[2J", "do\x1b[2Jne", 0, 0};
    EXPECT_EQ(part_text(hostile, 80).find('\x1b'), std::string::npos);
}

} // namespace
} // namespace slipway::cli
