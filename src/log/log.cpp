// SPDX-License-Identifier: LGPL-2.1-or-later
// Log: by sd_journal_printv(3), or by a line with our name.
#include "log/log.hpp"

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include <array>
#include <cstdarg>
#include <cstdio>
#include <unistd.h>

namespace slipway::log {

bool has_journal() noexcept
{
    return ::access("/run/systemd/journal/socket", F_OK) == 0;
}

void line(int priority, const char* format, ...) noexcept
{
    std::va_list arguments;
    va_start(arguments, format);
    if (has_journal()) {
        sd_journal_printv(priority, format, arguments);
    } else {
        std::array<char, 2048> text{};
        std::vsnprintf(text.data(), text.size(), format, arguments);
        std::fprintf(stderr, "slipwayd: %s\n", text.data());
    }
    va_end(arguments);
}

} // namespace slipway::log
