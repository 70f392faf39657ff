// SPDX-License-Identifier: LGPL-2.1-or-later
// Choice: tried from the best on, until one works.
#include "store/snapshot/choice.hpp"

namespace slipway::store {

namespace {

std::string names_of_all()
{
    std::string names;
    for (const SnapshotDriver* driver : snapshot_drivers())
        names.append(names.empty() ? "" : ", ").append(driver->name());
    return names;
}

DriverChoice choose_wished(const std::string& wish,
                           const std::function<Trial(const SnapshotDriver&)>& try_one)
{
    DriverChoice choice;
    const std::string words = std::string{driver_variable} + "=" + wish;
    const SnapshotDriver* const wished = find_snapshot_driver(wish);
    if (wished == nullptr) {
        choice.why_none = words + ": there is no such driver (" + names_of_all() + ")";
        return choice;
    }
    for (const SnapshotDriver* driver : snapshot_drivers()) {
        if (driver == wished)
            break;
        choice.obstacles.emplace_back(driver->name(), words);
    }
    choice.trial = try_one(*wished);
    if (choice.trial.obstacle.empty())
        choice.driver = wished;
    else
        choice.why_none = words + ": it does not work here: " + choice.trial.obstacle;
    return choice;
}

} // namespace

DriverChoice choose_driver(const std::string& wish,
                           const std::function<Trial(const SnapshotDriver&)>& try_one)
{
    if (!wish.empty())
        return choose_wished(wish, try_one);
    DriverChoice choice;
    for (const SnapshotDriver* driver : snapshot_drivers()) {
        choice.trial = try_one(*driver);
        if (choice.trial.obstacle.empty()) {
            choice.driver = driver;
            return choice;
        }
        choice.obstacles.emplace_back(driver->name(), choice.trial.obstacle);
    }
    choice.why_none = "none of the ways to give a container a root works here:";
    for (const auto& [name, obstacle] : choice.obstacles)
        choice.why_none.append(" ").append(name).append(": ").append(obstacle).append(";");
    choice.why_none.pop_back();
    return choice;
}

} // namespace slipway::store
