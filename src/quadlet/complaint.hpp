// SPDX-License-Identifier: LGPL-2.1-or-later
// Complaint: what is wrong in a file, and where.
#pragma once

#include <string>

namespace slipway::quadlet {

enum class Severity {
    warning, // the unit is made all the same
    error,   // the file makes no unit
};

struct Complaint {
    std::string file;
    unsigned line = 0; // 0: the file as a whole
    Severity severity = Severity::error;
    std::string text; // one line

    // "FILE:LINE: TEXT", without an end of line; what could break a line of a log is left out.
    std::string message() const;
    bool operator==(const Complaint&) const = default;
};

} // namespace slipway::quadlet
