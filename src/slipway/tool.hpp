// SPDX-License-Identifier: LGPL-2.1-or-later
// Tool: another program of the machine that does a part of a verb with the caller's own rights.
#pragma once

#include "base/fd.hpp"
#include "kernel/spawn.hpp"

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace slipway::cli {

// NAME in the directories of PATH; nothing where it is not installed.
std::optional<std::string> find_program(const std::string& name);

class Tool {
  public:
    // PROGRAM: absolute. WORDS: without the program's name. INPUT and OUTPUT stay the caller's; -1 is
    // /dev/null. Its standard error is ours. OTHERS: what else it is given. Throws Failure.
    Tool(const std::string& program, const std::vector<std::string>& words, int input, int output,
         const std::vector<kernel::DescriptorMapping>& others = {});
    Tool(const Tool&) = delete;
    Tool& operator=(const Tool&) = delete;
    Tool(Tool&&) = delete;
    Tool& operator=(Tool&&) = delete;
    // Ends it if it has not ended.
    ~Tool();

    // Its exit status as a shell has it.
    int wait();
    // Readable once it has ended.
    int number() const noexcept { return pidfd_.number(); }

  private:
    pid_t pid_;
    Fd pidfd_;
};

} // namespace slipway::cli
