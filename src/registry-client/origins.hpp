// SPDX-License-Identifier: LGPL-2.1-or-later
// Origins: the places of a target, and the order to ask them in.
#pragma once

#include "registry-client/origin.hpp"

#include <memory>
#include <string>
#include <vector>

namespace slipway::registry_client {

class Origins {
  public:
    // HTTP and TARGET outlive this.
    Origins(Http& http, const registry::Target& target);

    enum class By { tag, digest };
    // The mirrors first, but for one that has just had the manifest.
    std::vector<Origin*> to_ask(By by) const;
    void prefer(const Origin& origin) noexcept { preferred_ = &origin; }
    // The registry itself: where things are sent to.
    Origin& registry() const noexcept { return *origins_.back(); }

  private:
    std::vector<std::unique_ptr<Origin>> origins_;
    const Origin* preferred_ = nullptr;
};

// What several places failed with, as one: the last one's, and in parentheses what the others said.
class Failures {
  public:
    void add(const Origin& origin, const Failure& failure);
    bool is_empty() const noexcept { return !last_; }
    [[noreturn]] void rethrow() const;

  private:
    std::optional<Failure> last_;
    std::string last_host_;
    std::string others_;
};

} // namespace slipway::registry_client
