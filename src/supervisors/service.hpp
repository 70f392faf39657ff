// SPDX-License-Identifier: LGPL-2.1-or-later
// Service: a container, or the engine itself, as something that a supervisor keeps.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace slipway::supervisors {

// Another container that is to be there first.
struct Need {
    std::string container;
    // Whether the service makes no sense without it.
    bool is_required = true;
    // It comes to its end by itself, and its end is what is waited for.
    bool is_completed = false;
};

enum class RestartOn { failure, any_end };

struct Service {
    enum class Kind { container, engine };
    Kind kind = Kind::container;
    std::string name;
    std::string program; // an absolute path
    std::string words;   // what comes first behind it: "--user "; of an engine all
    RestartOn restart = RestartOn::failure;
    // How often in a row, a run of ten seconds beginning anew; 0: any number.
    unsigned retries = 0;
    // From its stop signal to SIGKILL, as the container itself has it.
    std::chrono::seconds stop_timeout{10};
    std::vector<Need> needs;
    // How many stand before it in the longest chain of needs.
    unsigned depth = 0;
};

// One that ran for so long has come up.
inline constexpr std::chrono::seconds time_to_come_up{10};

// The supervisor's own patience: ours ends earlier, so that the payload's end is on record.
inline std::chrono::seconds patience_of(const Service& service)
{
    return service.stop_timeout + std::chrono::seconds{10};
}

} // namespace slipway::supervisors
