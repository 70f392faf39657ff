// SPDX-License-Identifier: LGPL-2.1-or-later
// Retries: how often a pull is tried again that a registry or the way to it has spoiled.
#pragma once

#include "arguments/options.hpp"
#include "base/failure.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace slipway::cli {

struct Retries {
    std::optional<std::size_t> count; // besides the first time; none: none
    std::optional<std::string> delay;

    // Throws UsageError.
    std::chrono::microseconds pause() const;
};

void add_retry_options(Options& options, Retries& retries);

// DEED until it succeeds, fails for good or for the last time; each failure before is told. Throws Failure,
// UsageError.
void with_retries(const Retries& retries, const std::function<void()>& deed);

} // namespace slipway::cli
