// SPDX-License-Identifier: LGPL-2.1-or-later
// What an archive of images says of itself, and the list of its files: read and written again as the same, or
// refused. Behind a first byte "l" a list, whose files all have what follows the first NUL.
#include "base/failure.hpp"
#include "engine/image/load_plan.hpp"
#include "oci/docker_archive.hpp"
#include "oci/image_layout.hpp"
#include "oci/reference.hpp"
#include "target.hpp"

#include <algorithm>

namespace {

using namespace slipway;

void read_list(std::string_view input)
{
    const std::size_t end = std::min(input.find('\0'), input.size());
    const std::string content{input.substr(std::min(end + 1, input.size()))};
    try {
        const engine::ArchiveListing listing{input.substr(0, end)};
        for (const engine::PlannedImage& image : engine::plan_load(
                 listing, [&content](const engine::ArchivedFile&) { return content; }, std::nullopt))
        {
            fuzz::require(!image.layers.empty());
            for (const std::string& name : image.names)
                fuzz::require(static_cast<bool>(oci::parse_reference(name)));
        }
    } catch (const Failure&) {
        return;
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = fuzz::text_of(data, size);
    if (text.starts_with('l')) {
        read_list(text.substr(1));
        return 0;
    }
    static_cast<void>(oci::parse_image_layout(text));
    if (const auto first = oci::parse_docker_archive(text)) {
        const auto second = oci::parse_docker_archive(oci::to_json(first.value()));
        fuzz::require(second && second.value() == first.value());
    }
    if (const auto index = oci::parse_image_index(text))
        for (const oci::IndexEntry& entry : index.value().entries)
            if (const auto name = oci::find_layout_name(entry))
                fuzz::require(!name->empty());
    return 0;
}
