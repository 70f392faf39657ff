// SPDX-License-Identifier: LGPL-2.1-or-later
// Timings as a table.
#include "slipway/timings.hpp"

#include "slipway/table.hpp"

#include <array>
#include <cstdio>

namespace slipway::cli {

namespace {

std::string milliseconds(std::uint64_t usec)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%8.3f", static_cast<double>(usec) / 1000); // NOLINT: bounded
    return text.data();
}

} // namespace

void Timings::note(const std::string& step)
{
    const auto present = std::chrono::steady_clock::now();
    const auto spent = std::chrono::duration_cast<std::chrono::microseconds>(present - last_);
    own_.emplace_back(step, static_cast<std::uint64_t>(spent.count()));
    last_ = present;
}

std::string Timings::text() const
{
    Table table{{"WHO", "STEP", "MILLISECONDS"}};
    for (const auto& [step, usec] : engine_)
        table.add({"engine", step, milliseconds(usec)});
    std::uint64_t total = 0;
    for (const auto& [step, usec] : own_) {
        table.add({"client", step, milliseconds(usec)});
        total += usec;
    }
    table.add({"client", "total", milliseconds(total)});
    return table.text();
}

} // namespace slipway::cli
