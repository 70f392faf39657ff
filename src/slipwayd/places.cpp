// SPDX-License-Identifier: LGPL-2.1-or-later
// Places: by the environment (XDG Base Directory Specification) or as they always are.
#include "slipwayd/places.hpp"

#include "base/file.hpp"
#include "slipway_config.hpp"

#include <cstdlib>
#include <pwd.h>
#include <unistd.h>

namespace slipway {

namespace {

std::string variable(const char* name)
{
    const char* const value = ::secure_getenv(name); // NOLINT: before any thread
    return value == nullptr ? "" : value;
}

std::string variable_or(const char* name, const std::string& otherwise)
{
    const std::string value = variable(name);
    return value.empty() ? otherwise : value;
}

std::string absolute(const char* name)
{
    const std::string value = variable(name);
    return value.starts_with('/') ? value : "";
}

std::filesystem::path data_home(const std::string& home)
{
    if (const std::string chosen = absolute("XDG_DATA_HOME"); !chosen.empty())
        return chosen;
    if (!home.starts_with('/'))
        throw Failure{ErrorCode::unavailable, "you have no home directory: set XDG_DATA_HOME"};
    return std::filesystem::path{home} / ".local" / "share";
}

} // namespace

engine::EnginePlaces machines_places()
{
    engine::EnginePlaces places;
    places.state = variable_or("SLIPWAY_STATE", SLIPWAY_STATE_DIRECTORY);
    places.run = variable_or("SLIPWAY_RUN", "/run/slipway");
    places.programs = variable_or("SLIPWAY_PROGRAMS", SLIPWAY_PROGRAM_DIRECTORY);
    places.root_driver = variable(store::driver_variable);
    return places;
}

engine::EnginePlaces users_places()
{
    if (::geteuid() == 0)
        throw Failure{ErrorCode::not_supported, "--user is not for root, whose engine is the machine's"};
    const std::string runtime = absolute("XDG_RUNTIME_DIR");
    if (runtime.empty())
        throw Failure{ErrorCode::unavailable,
                      "XDG_RUNTIME_DIR is not set: a user's engine belongs to the user's systemd"};
    engine::UserEntry user{{}, ::geteuid(), ::getegid()};
    std::string home = absolute("HOME");
    if (const passwd* const entry = ::getpwuid(user.uid); entry != nullptr) { // NOLINT: before any thread
        user.name = entry->pw_name;
        if (home.empty())
            home = entry->pw_dir;
    }
    engine::EnginePlaces places;
    places.state = variable("SLIPWAY_STATE");
    if (places.state.empty())
        places.state = data_home(home) / "slipway";
    places.run = variable_or("SLIPWAY_RUN", runtime + "/slipway");
    places.programs = variable_or("SLIPWAY_PROGRAMS", SLIPWAY_PROGRAM_DIRECTORY);
    places.root_driver = variable(store::driver_variable);
    places.own_ids = engine::own_ranges(user, find_file("/etc/subuid").value_or(""),
                                        find_file("/etc/subgid").value_or(""));
    return places;
}

} // namespace slipway
