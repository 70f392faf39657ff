// SPDX-License-Identifier: LGPL-2.1-or-later
// TarMember: one file of a tar whose other members somebody else writes: header, content and padding, and no
// end mark.
#pragma once

#include "transfer/tar_writer.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace slipway::transfer {

// A file of an archive of images: nobody's, of no time, so that the same images give the same archive.
Entry member_entry(std::string name, std::uint64_t size);

class TarMember {
  public:
    // OUT may throw. SIZE: of the content.
    TarMember(std::function<void(std::string_view)> out, std::string name, std::uint64_t size);

    // SIZE bytes in all.
    void write(std::string_view bytes) { writer_.data(bytes); }
    void finish();

  private:
    void hold_back(std::string_view bytes);

    std::function<void(std::string_view)> out_;
    std::string held_; // which may be the end mark
    TarWriter writer_;
};

} // namespace slipway::transfer
