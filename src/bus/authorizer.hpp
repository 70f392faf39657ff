// SPDX-License-Identifier: LGPL-2.1-or-later
// Authorizer: who may call what, by polkit; root is not asked.
#pragma once

#include "async/task.hpp"
#include "bus/connection.hpp"
#include "bus/served.hpp"

#include <string>

namespace slipway::bus {

class Authorizer {
  public:
    // SYSTEM: the connection on which polkit is reached; outlives this.
    explicit Authorizer(const Connection& system) noexcept : system_{&system} {}

    // Returns if the caller is root or polkit allows ACTION (an ID of polkit/*.policy), asking for a password
    // where the caller allows that. Else Failure{access_denied}. May suspend for as long as somebody types.
    async::Task<> require(Call call, std::string action) const;

    // Returns if the caller is root or a process of the system's UNIT, by a broker. Else
    // Failure{access_denied}.
    async::Task<> require_unit(Call call, std::string unit) const;

  private:
    async::Task<bool> is_root(Call call) const;

    const Connection* system_;
};

} // namespace slipway::bus
