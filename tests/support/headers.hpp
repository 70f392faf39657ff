// SPDX-License-Identifier: LGPL-2.1-or-later
// What every test of a large program includes, compiled once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>
