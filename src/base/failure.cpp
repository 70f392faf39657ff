// SPDX-License-Identifier: LGPL-2.1-or-later
// Failure: errno values as failures.
#include "base/failure.hpp"

#include <cstring>

namespace slipway {

namespace {

ErrorCode code_of(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return ErrorCode::no_space;
    case EACCES:
    case EPERM:
        return ErrorCode::access_denied;
    case ETIMEDOUT:
        return ErrorCode::timed_out;
    default:
        return ErrorCode::io_error;
    }
}

} // namespace

Failure errno_failure(int error, std::string_view deed, std::string_view object, std::source_location where)
{
    std::string message{deed};
    if (!object.empty())
        message.append(" ").append(object);
    message.append(": ").append(::strerrordesc_np(error) != nullptr ? ::strerrordesc_np(error)
                                                                    : "unknown error");
    return Failure{code_of(error), std::move(message), where};
}

} // namespace slipway
