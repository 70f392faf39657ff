// SPDX-License-Identifier: LGPL-2.1-or-later
// Printing, unbuffered: each call is written before it returns.
#include "slipway/output.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"

#include <string>
#include <unistd.h>

namespace slipway::cli {

void print(std::string_view text)
{
    try {
        write_all(STDOUT_FILENO, text, "to standard output");
    } catch (const Failure& failure) {
        // It is not the engine that is full or refuses.
        throw Failure{ErrorCode::io_error, failure.message()};
    }
}

void print_line(std::string_view text)
{
    print(std::string{text} + "\n");
}

} // namespace slipway::cli
