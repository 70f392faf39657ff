// SPDX-License-Identifier: LGPL-2.1-or-later
// Failure: what went wrong, in words for the user, with a code for programs; and check(), where errno enters.
#pragma once

#include "base/error_code.hpp"

#include <cerrno>
#include <exception>
#include <source_location>
#include <string>
#include <string_view>

namespace slipway {

class Failure : public std::exception {
  public:
    Failure(ErrorCode code, std::string message, std::source_location where = std::source_location::current())
        : code_{code}, message_{std::move(message)}, where_{where}
    {
    }

    ErrorCode code() const noexcept { return code_; }
    const std::string& message() const noexcept { return message_; }
    const std::source_location& where() const noexcept { return where_; }
    const char* what() const noexcept override { return message_.c_str(); }

    // The same failure with a phrase in front: "pulling web:1" + "connection reset".
    Failure within(std::string_view context) const
    {
        return Failure{code_, std::string{context} + ": " + message_, where_};
    }

  private:
    ErrorCode code_;
    std::string message_;
    std::source_location where_;
};

// The Failure that errno value ERROR means: "open /etc/x: No such file or directory".
// ENOSPC and EDQUOT become no_space, EACCES and EPERM access_denied, ETIMEDOUT timed_out, all else io_error.
Failure errno_failure(int error, std::string_view deed, std::string_view object = {},
                      std::source_location where = std::source_location::current());

// Passes RESULT through; a negative one throws what errno means. For the C library's calls.
template <typename Integer>
Integer check(Integer result, std::string_view deed, std::string_view object = {},
              std::source_location where = std::source_location::current())
{
    if (result < 0)
        throw errno_failure(errno, deed, object, where);
    return result;
}

// The same for libsystemd's calls, which return a negative errno value.
template <typename Integer>
Integer check_negative(Integer result, std::string_view deed, std::string_view object = {},
                       std::source_location where = std::source_location::current())
{
    if (result < 0)
        throw errno_failure(static_cast<int>(-result), deed, object, where);
    return result;
}

} // namespace slipway
