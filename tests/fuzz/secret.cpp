// SPDX-License-Identifier: LGPL-2.1-or-later
// Files of secrets: refused as damaged, or the same again when they are written and read once more.
#include "base/failure.hpp"
#include "store/secret_file.hpp"
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    try {
        const store::StoredSecret stored = store::parse_secret("key", fuzz::text_of(data, size));
        fuzz::require(store::parse_secret("key", store::secret_text(stored.row, stored.value)) == stored);
    } catch (const Failure& failure) {
        fuzz::require(failure.code() == ErrorCode::internal);
    }
    return 0;
}
