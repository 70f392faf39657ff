// SPDX-License-Identifier: LGPL-2.1-or-later
// Reference: the name of an image, "debian:bookworm" or "host:5000/team/app@sha256:…".
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace slipway::oci {

struct Reference {
    // The registry, "docker.io" where the text named none.
    std::string domain;
    // The repository below it; "library/debian" for "debian" on docker.io.
    std::string path;
    // Empty only beside a digest.
    std::string tag;
    std::optional<Digest> digest;

    // As people write it, and as the store keeps it: "debian:bookworm".
    std::string familiar() const;
    // With nothing left out: "docker.io/library/debian:bookworm".
    std::string canonical() const;

    bool operator==(const Reference&) const = default;
};

// The tag is "latest" where TEXT has neither tag nor digest. Refuses with invalid_reference, saying what is
// wrong.
Result<Reference> parse_reference(std::string_view text);

} // namespace slipway::oci
