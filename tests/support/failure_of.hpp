// SPDX-License-Identifier: LGPL-2.1-or-later
// failure_of: what a call fails with.
#pragma once

#include "base/failure.hpp"

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

} // namespace slipway::testing

// DEED fails with CODE and a message that has the substring WORDS.
#define EXPECT_FAILURE(deed, expected_code, words)                                                           \
    do {                                                                                                     \
        const auto failure_ = ::slipway::testing::failure_of([&] {                                           \
            deed;                                                                                            \
            return 0;                                                                                        \
        });                                                                                                  \
        ASSERT_TRUE(failure_) << "does not fail";                                                            \
        EXPECT_EQ(failure_->code(), expected_code) << failure_->message();                                   \
        EXPECT_THAT(failure_->message(), ::testing::HasSubstr(words));                                       \
    } while (false)
