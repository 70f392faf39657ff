// SPDX-License-Identifier: LGPL-2.1-or-later
// The corpus of a target, and what lies next to it: every beginning of an input, and every byte of it
// changed.
#include "base/file.hpp"
#include "target.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <vector>

namespace {

// So many neighbours of an input at most.
constexpr std::size_t neighbour_limit = 600;

int run(const std::string& input)
{
    // A copy of just that size: a sanitizer sees a read behind its end.
    const std::vector<std::uint8_t> bytes(input.begin(), input.end());
    return LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

// The target's, after which this program is named: replay-TARGET.
std::filesystem::path corpus()
{
    const std::string name = program_invocation_short_name;
    return std::filesystem::path{SLIPWAY_CORPORA} / name.substr(name.find('-') + 1);
}

TEST(Corpus, AndItsNeighboursAreReadOrRefused)
{
    std::size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator{corpus()}) {
        const std::string input = slipway::read_file(file.path());
        SCOPED_TRACE(file.path());
        EXPECT_EQ(run(input), 0);
        const std::size_t stride = std::max<std::size_t>(1, input.size() / neighbour_limit);
        for (std::size_t at = 0; at < input.size(); at += stride) {
            run(input.substr(0, at));
            std::string changed = input;
            changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ (1U << (at % 8)));
            run(changed);
        }
        ++count;
    }
    EXPECT_GT(count, 0U);
}

} // namespace
