// SPDX-License-Identifier: LGPL-2.1-or-later
// Log: a generator's complaints, to standard error and to where an administrator finds them.
#pragma once

#include "quadlet/complaint.hpp"

#include <string>

namespace slipway::generator {

class Log {
  public:
    Log();

    void complain(quadlet::Severity severity, const std::string& line) const;
    void complain(const quadlet::Complaint& complaint) const
    {
        complain(complaint.severity, complaint.message());
    }

  private:
    bool is_of_the_machine_;
};

} // namespace slipway::generator
