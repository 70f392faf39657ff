// SPDX-License-Identifier: LGPL-2.1-or-later
// CDI specifications, as JSON and as YAML; and names of devices. What is read can be asked for.
#include "oci/cdi_name.hpp"
#include "oci/cdi_spec.hpp"
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    const std::string_view text = fuzz::text_of(data, size);
    for (const oci::cdi::Format format : {oci::cdi::Format::json, oci::cdi::Format::yaml})
        if (const auto spec = oci::cdi::parse_spec(text, format))
            for (const oci::cdi::Device& device : spec.value().devices)
                fuzz::require(bool{oci::cdi::parse_name(spec.value().kind + "=" + device.name)});
    if (const auto name = oci::cdi::parse_name(text))
        fuzz::require(name.value().text() == text);
    return 0;
}
