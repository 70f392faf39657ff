// SPDX-License-Identifier: LGPL-2.1-or-later
// Log: what the engine has to say to nobody in particular: to the journal; on a host without one to standard
// error, which is what other supervisors keep.
#pragma once

namespace slipway::log {

// Whether this host has a journal, now.
bool has_journal() noexcept;

// PRIORITY: as in syslog(3); FORMAT: as in printf(3), without a newline.
[[gnu::format(printf, 2, 3)]] void line(int priority, const char* format, ...) noexcept;

} // namespace slipway::log
