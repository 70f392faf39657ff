// SPDX-License-Identifier: LGPL-2.1-or-later
// Refusals.
#include "transfer/refusal.hpp"

#include "base/failure.hpp"
#include "transfer/entry_name.hpp"

namespace slipway::transfer {

void refuse_entry(std::string_view name, std::string_view reason)
{
    throw Failure{ErrorCode::hostile_archive,
                  "entry " + in_quotes(name) + " " + std::string{reason} + ": do not trust this archive"};
}

void refuse_recipe(std::string_view reason)
{
    throw Failure{ErrorCode::damaged_layer, "the layer's recipe is damaged (" + std::string{reason} +
                                                "): remove the image and get it again"};
}

} // namespace slipway::transfer
