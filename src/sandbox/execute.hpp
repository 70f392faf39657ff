// SPDX-License-Identifier: LGPL-2.1-or-later
// The program that a payload becomes: looked for as execvp(3) does, in the container's own root.
#pragma once

#include <string>
#include <vector>

namespace slipway::sandbox {

// Throws Failure{command_not_found, command_not_executable} where execute() could only fail.
void require_program(const std::string& program, const std::vector<std::string>& environment);

// Returns only by throwing Failure{command_not_found, command_not_executable}.
[[noreturn]] void execute(const std::vector<std::string>& arguments,
                          const std::vector<std::string>& environment);

} // namespace slipway::sandbox
