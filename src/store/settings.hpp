// SPDX-License-Identifier: LGPL-2.1-or-later
// Settings: what an administrator has settled for the whole engine, by key; its values are the engine's own.
#pragma once

#include "store/database.hpp"

#include <string>
#include <string_view>

namespace slipway::store {

class Settings {
  public:
    explicit Settings(Database& database) : database_{database} {}

    // Empty where nothing was settled.
    std::string find(std::string_view key);
    // An empty VALUE takes it back.
    void set(std::string_view key, std::string_view value);

  private:
    Database& database_;
};

} // namespace slipway::store
