// SPDX-License-Identifier: LGPL-2.1-or-later
// The exit record: written beside, renamed.
#include "monitor/exit_record.hpp"

#include "base/file.hpp"
#include "monitor/messages.hpp"

namespace slipway::monitor {

void write_exit_record(const std::string& path, const Ending& ending)
{
    // Not synced, which costs milliseconds of every short run: after a loss of
    // power nothing runs anyway.
    replace_file(path, exited_text(ending) + "\n", Durability::page_cache);
}

} // namespace slipway::monitor
