// SPDX-License-Identifier: LGPL-2.1-or-later
// Points in time as D-Bus and the journal carry them: microseconds since the epoch.
#pragma once

#include <chrono>
#include <cstdint>

namespace slipway {

using Microseconds = std::chrono::microseconds;
using RealTime = std::chrono::time_point<std::chrono::system_clock, Microseconds>;

inline RealTime now()
{
    return std::chrono::time_point_cast<Microseconds>(std::chrono::system_clock::now());
}

// 0 stands for "never".
inline std::uint64_t to_usec(RealTime time)
{
    return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

inline RealTime from_usec(std::uint64_t usec)
{
    return RealTime{Microseconds{static_cast<std::int64_t>(usec)}};
}

} // namespace slipway
