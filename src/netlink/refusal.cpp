// SPDX-License-Identifier: LGPL-2.1-or-later
// Refusal: from the kernel's number to our code.
#include "netlink/refusal.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace slipway::netlink {

namespace {

ErrorCode code_of(int error)
{
    switch (error) {
    case EEXIST:
        return ErrorCode::name_taken;
    case ENODEV:
        return ErrorCode::no_such_device;
    case EOPNOTSUPP:
    case EAFNOSUPPORT:
        return ErrorCode::not_supported;
    default:
        return errno_failure(error, "").code();
    }
}

} // namespace

Failure failure_of(const Refusal& refusal, std::string_view deed)
{
    const std::string reason = std::generic_category().message(refusal.error);
    return Failure{code_of(refusal.error), refusal.text.empty()
                                               ? fmt::format("{}: {}", deed, reason)
                                               : fmt::format("{}: {} ({})", deed, refusal.text, reason)};
}

} // namespace slipway::netlink
