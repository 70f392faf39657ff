// SPDX-License-Identifier: LGPL-2.1-or-later
// SomeNames: what was left out, for a packet: how many, and as many of the names as fit.
#pragma once

#include <cstdint>
#include <set>
#include <string>

namespace slipway::transfer {

class SomeNames {
  public:
    void add(const std::string& name)
    {
        ++count_;
        if (size_ + name.size() <= size_limit && names_.insert(name).second)
            size_ += name.size();
    }

    std::uint64_t count() const noexcept { return count_; }
    const std::set<std::string>& names() const noexcept { return names_; }

  private:
    // Six bytes for each in JSON at the worst, in a packet of 64 KiB.
    static constexpr std::size_t size_limit = 8U << 10U;

    std::uint64_t count_ = 0;
    std::size_t size_ = 0;
    std::set<std::string> names_;
};

} // namespace slipway::transfer
