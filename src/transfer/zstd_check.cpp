// SPDX-License-Identifier: LGPL-2.1-or-later
// check_zstd.
#include "transfer/zstd_check.hpp"

#include "base/failure.hpp"

#include <string>
#include <zstd.h>

namespace slipway::transfer {

std::size_t check_zstd(std::size_t result)
{
    if (::ZSTD_isError(result) != 0)
        throw Failure{ErrorCode::internal, std::string{"zstd: "} + ::ZSTD_getErrorName(result)};
    return result;
}

} // namespace slipway::transfer
