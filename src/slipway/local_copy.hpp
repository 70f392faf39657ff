// SPDX-License-Identifier: LGPL-2.1-or-later
// LocalCopy: the caller's side of a copy. slipway-transfer does it with the caller's own rights.
#pragma once

#include "base/fd.hpp"
#include "slipway/context.hpp"
#include "slipway/tool.hpp"

#include <memory>
#include <string>
#include <vector>

namespace slipway::cli {

class LocalCopy {
  public:
    // WORDS: of slipway-transfer. INPUT and OUTPUT stay the caller's; -1 is /dev/null. Throws Failure.
    LocalCopy(Context& context, std::vector<std::string> words, int input, int output);

    // Until it is done: how many entries had to be left out. Throws what it failed with.
    async::Task<std::uint64_t> end();

  private:
    Context* context_;
    Fd conversation_;
    std::unique_ptr<Tool> tool_;
};

} // namespace slipway::cli
