// SPDX-License-Identifier: LGPL-2.1-or-later
// Complaint: as a line of a log.
#include "quadlet/complaint.hpp"

#include <algorithm>

namespace slipway::quadlet {

std::string Complaint::message() const
{
    std::string message = file + ':';
    if (line != 0)
        message += std::to_string(line) + ':';
    message += severity == Severity::warning ? " warning: " : " ";
    message += text;
    // Files may have anything in them.
    std::replace_if(
        message.begin(), message.end(),
        [](char letter) { return static_cast<unsigned char>(letter) < ' ' || letter == '\x7f'; }, '?');
    return message;
}

} // namespace slipway::quadlet
