// SPDX-License-Identifier: LGPL-2.1-or-later
// failure_of: what a call fails with.
#pragma once

#include "base/failure.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace slipway::testing {

// Nothing where DEED does not fail.
template <typename Deed>
std::optional<Failure> failure_of(Deed deed)
{
    try {
        static_cast<void>(deed());
    } catch (const Failure& failure) {
        return failure;
    }
    return std::nullopt;
}

inline ::testing::AssertionResult is_failure(const std::optional<Failure>& failure, ErrorCode code,
                                             std::string_view words)
{
    if (!failure)
        return ::testing::AssertionFailure() << "does not fail";
    if (failure->code() == code && failure->message().find(words) != std::string::npos)
        return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure()
           << "fails with " << row_of(failure->code()).name << ": " << failure->message() << "\nnot with "
           << row_of(code).name << ": " << words;
}

} // namespace slipway::testing

// DEED fails with CODE and a message that has the substring WORDS.
#define EXPECT_FAILURE(deed, expected_code, words)                                                           \
    EXPECT_TRUE(::slipway::testing::is_failure(::slipway::testing::failure_of([&] {                          \
                                                   deed;                                                     \
                                                   return 0;                                                 \
                                               }),                                                           \
                                               expected_code, words))
