// SPDX-License-Identifier: LGPL-2.1-or-later
// Digest: from text.
#include "base/digest.hpp"

#include "base/id.hpp"

namespace slipway {

Result<Digest> Digest::parse(std::string_view text)
{
    constexpr std::string_view algorithm = "sha256:";
    if (!text.starts_with(algorithm) || !is_id(text.substr(algorithm.size())))
        return Failure{ErrorCode::invalid_argument,
                       "not a digest (sha256: and 64 lower-case hexadecimal digits): " + std::string{text}};
    return Digest{std::string{text.substr(algorithm.size())}};
}

} // namespace slipway
