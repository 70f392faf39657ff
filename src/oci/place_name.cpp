// SPDX-License-Identifier: LGPL-2.1-or-later
// PlaceName: checked by the grammar of references.
#include "oci/place_name.hpp"

#include "oci/reference.hpp"

namespace slipway::oci {

bool is_registry_host(std::string_view text)
{
    if (text.empty() || text.find_first_of("/@") != std::string_view::npos)
        return false;
    const Result<Reference> probe = parse_reference(std::string{text} + "/a");
    // A host that could be a path's part is taken for docker.io's: say that it is one.
    return probe && (probe.value().domain == text || text == "index.docker.io" ||
                     probe.value().path == std::string{text} + "/a");
}

Result<PlaceName> PlaceName::parse(std::string_view text, Wildcard wildcard)
{
    const std::size_t slash = text.find('/');
    PlaceName place{
        std::string{text.substr(0, slash)},
        std::string{slash == std::string_view::npos ? std::string_view{} : text.substr(slash + 1)}};
    std::string_view host = place.host;
    if (wildcard == Wildcard::allowed && host.starts_with("*.")) {
        host.remove_prefix(2);
        if (slash != std::string_view::npos)
            return Failure{ErrorCode::invalid_argument,
                           "a wildcard is for whole hosts: " + std::string{text}};
    }
    if (!is_registry_host(host))
        return Failure{ErrorCode::invalid_argument,
                       "not a registry (write HOST[:PORT][/PATH], without https://): " + std::string{text}};
    // A prefix may be a whole reference, with tag or digest.
    if (!place.path.empty())
        if (const Result<Reference> reference = parse_reference("host.invalid/" + place.path); !reference)
            return Failure{ErrorCode::invalid_argument, reference.failure().message()};
    return place;
}

} // namespace slipway::oci
