// SPDX-License-Identifier: LGPL-2.1-or-later
// Environment: the variables that a file's texts may name, and what the caller lends of the world.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace slipway::compose {

using Variables = std::map<std::string, std::string>;

// All that is known of the world outside; both may throw Failure.
struct Surroundings {
    // The text of the file at an absolute path; nothing where there is no such file.
    std::function<std::optional<std::string>(const std::string& path)> read_file;
    // The value of an environment variable.
    std::function<std::optional<std::string>(const std::string& name)> variable;
};

// Layers of variables: those of the layer below win, as the shell's win over those of an .env file.
class Environment {
  public:
    explicit Environment(std::function<std::optional<std::string>(const std::string&)> variable)
        : variable_{std::move(variable)}
    {
    }
    Environment(std::shared_ptr<const Environment> below, Variables own)
        : below_{std::move(below)}, own_{std::move(own)}
    {
    }

    std::optional<std::string> find(const std::string& name) const
    {
        std::optional<std::string> value;
        if (below_)
            value = below_->find(name);
        else if (variable_)
            value = variable_(name);
        if (value)
            return value;
        const auto found = own_.find(name);
        return found == own_.end() ? std::nullopt : std::optional{found->second};
    }

  private:
    std::function<std::optional<std::string>(const std::string&)> variable_;
    std::shared_ptr<const Environment> below_;
    Variables own_;
};

} // namespace slipway::compose
