// SPDX-License-Identifier: LGPL-2.1-or-later
// Changes to an image's configuration as lines of a Dockerfile, `import --change 'CMD ["sh"]'`.
#pragma once

#include "oci/image_config.hpp"

#include <string_view>

namespace slipway::oci {

// CHANGE is one of CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, STOPSIGNAL, USER, VOLUME and
// WORKDIR with its arguments, after a blank or "=". Throws Failure{invalid_argument} saying what is wrong;
// CONFIG is then unchanged.
void apply_change(ImageConfig& config, std::string_view change);

} // namespace slipway::oci
