// SPDX-License-Identifier: LGPL-2.1-or-later
// Place: cgroupfs directly, systemd by way of a helper, since its library is nothing that every start should
// load.
#include "oci-runtime/place.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "cgroupfs/settings.hpp"
#include "kernel/rights.hpp"
#include "kernel/spawn.hpp"
#include "slipway_config.hpp"

#include <cstdlib>
#include <sstream>
#include <sys/wait.h>

namespace slipway::oci_runtime {

namespace {

// "slice:prefix:name", each of which may be empty (runc(8), "cgroupsPath").
struct UnitPath {
    std::string slice;
    std::string unit;
};

UnitPath unit_path_of(const std::string& path, const std::string& id)
{
    if (path.empty())
        return {"", "slipway-oci-" + id + ".scope"};
    const std::size_t first = path.find(':');
    const std::size_t second = first == std::string::npos ? first : path.find(':', first + 1);
    if (second == std::string::npos || path.find('/') != std::string::npos)
        throw Failure{ErrorCode::invalid_argument,
                      "linux.cgroupsPath: with systemd it has the form slice:prefix:name, not '" + path +
                          "'"};
    const std::string prefix = path.substr(first + 1, second - first - 1);
    const std::string name = path.substr(second + 1);
    const std::string unit = prefix.empty() ? name : prefix + "-" + name;
    return {path.substr(0, first), unit.ends_with(".slice") ? unit : unit + ".scope"};
}

// Properties of systemd.resource-control(5), by D-Bus type.
Json properties_of(const oci::Resources& resources)
{
    Json list = Json::array();
    const auto add = [&list](const char* name, std::uint64_t value) { list.push_back({name, "t", value}); };
    const auto limit = [](std::int64_t value) {
        return value < 0 ? UINT64_MAX : static_cast<std::uint64_t>(value);
    };
    if (const auto& memory = resources.memory) {
        if (memory->limit.value_or(0) != 0)
            add("MemoryMax", limit(*memory->limit));
        if (memory->reservation.value_or(0) != 0)
            add("MemoryLow", limit(*memory->reservation));
        if (memory->swap.value_or(0) > 0)
            add("MemorySwapMax", static_cast<std::uint64_t>(*memory->swap - memory->limit.value_or(0)));
        else if (memory->swap.value_or(0) < 0)
            add("MemorySwapMax", UINT64_MAX);
    }
    if (const auto& cpu = resources.cpu) {
        if (cpu->shares.value_or(0) != 0)
            add("CPUWeight", 1 + (*cpu->shares - 2) * 9999 / 262142);
        if (cpu->quota.value_or(0) != 0) {
            const std::uint64_t period = cpu->period.value_or(0) == 0 ? 100000 : *cpu->period;
            add("CPUQuotaPerSecUSec",
                *cpu->quota < 0 ? UINT64_MAX : static_cast<std::uint64_t>(*cpu->quota) * 1'000'000 / period);
            add("CPUQuotaPeriodUSec", period);
        }
        if (!cpu->cpus.empty())
            list.push_back({"AllowedCPUs", "cpus", cpu->cpus});
        if (!cpu->mems.empty())
            list.push_back({"AllowedMemoryNodes", "cpus", cpu->mems});
    }
    if (resources.pids && resources.pids->limit.value_or(0) != 0)
        add("TasksMax", limit(*resources.pids->limit));
    if (resources.block_io && resources.block_io->weight.value_or(0) != 0)
        add("IOWeight", 1 + (std::uint64_t{*resources.block_io->weight} - 10) * 9999 / 990);
    for (const auto& [file, text] : resources.unified) {
        static const std::map<std::string, const char*> names{
            {"cpu.weight", "CPUWeight"}, {"memory.max", "MemoryMax"}, {"memory.high", "MemoryHigh"},
            {"memory.low", "MemoryLow"}, {"memory.min", "MemoryMin"}, {"memory.swap.max", "MemorySwapMax"},
            {"pids.max", "TasksMax"},    {"io.weight", "IOWeight"}};
        const auto found = names.find(file);
        if (found == names.end())
            continue;
        char* end = nullptr;
        const std::uint64_t value = text == "max" ? UINT64_MAX : std::strtoull(text.c_str(), &end, 10);
        if (text == "max" || (end != nullptr && *end == '\0'))
            add(found->second, value);
    }
    return list;
}

std::string helper_program()
{
    const char* const programs = ::secure_getenv("SLIPWAY_PROGRAMS");
    return std::string{programs != nullptr ? programs : SLIPWAY_PROGRAM_DIRECTORY} + "/slipway-scope";
}

// Its answer; throws what it could not do.
Json ask_helper(const Json& request)
{
    const Fd input = make_memory_file("request", json_text(request));
    FdPair answer = make_pipe();
    const kernel::Spawned helper =
        kernel::spawn(helper_program(), {"slipway-scope"}, kernel::own_environment(),
                      {{input.number(), 0}, {answer.second.number(), 1}, {2, 2}});
    answer.second.reset();
    const std::string text = read_all(answer.first.number(), "the answer of slipway-scope");
    int status = 0;
    ::waitpid(helper.pid, &status, 0);
    Json json = parse_json(text);
    if (!json.is_object())
        throw Failure{ErrorCode::placement_failed, "slipway-scope ended without an answer"};
    if (json.contains("error"))
        throw Failure{ErrorCode::placement_failed, json.at("error").get<std::string>()};
    return json;
}

// Who may not make device nodes needs no rules for them, and may not set any.
oci::Resources possible(oci::Resources resources)
{
    if (!kernel::is_machines_root())
        resources.devices.clear();
    return resources;
}

bool asks_for_something(const oci::Resources& resources)
{
    return !cgroupfs::settings_of(resources).empty();
}

// Below the caller's own, if that has been given to us.
std::string delegated_path(const std::string& id)
{
    std::istringstream lines{find_file("/proc/self/cgroup").value_or("")};
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("0::/"))
            return (line == "0::/" ? "" : line.substr(3)) + "/slipway-oci/" + id;
    return "/slipway-oci/" + id;
}

} // namespace

Place::Place(const Context& context, const std::string& id, const oci::Linux& settings)
    : resources_{possible(settings.resources.value_or(oci::Resources{}))}
{
    if (context.cgroup_manager == CgroupManager::systemd) {
        const UnitPath path = unit_path_of(settings.cgroups_path, id);
        unit_ = path.unit;
        slice_ = path.slice;
    } else if (context.cgroup_manager == CgroupManager::cgroupfs) {
        is_optional_ = !kernel::is_machines_root();
        if (!settings.cgroups_path.empty())
            group_.emplace(settings.cgroups_path);
        else
            group_.emplace(is_optional_ ? delegated_path(id) : "/slipway-oci/" + id);
    }
}

Place::Place(const Record& record) : unit_{record.unit}
{
    if (!record.cgroup.empty())
        group_.emplace(record.cgroup);
}

void Place::make()
{
    if (!group_)
        return;
    if (!is_optional_)
        return make_own();
    try {
        make_own();
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::access_denied)
            throw;
        if (asks_for_something(resources_))
            throw failure.within("linux.resources: limits need a cgroup that is delegated to you (use "
                                 "--systemd-cgroup)");
        group_.reset();
    }
}

void Place::make_own()
{
    group_->make(resources_);
    group_->limit(resources_);
}

Place::Adopted Place::adopt(pid_t launcher)
{
    if (unit_.empty())
        return Adopted::no;
    const Json answer = ask_helper({{"action", "start"},
                                    {"unit", unit_},
                                    {"slice", slice_},
                                    {"pid", launcher},
                                    {"user", !kernel::is_machines_root()},
                                    {"properties", properties_of(resources_)}});
    group_.emplace(answer.at("cgroup").get<std::string>());
    group_->make(resources_);
    group_->limit(resources_);
    return Adopted::yes;
}

void Place::write_to(Record& record) const
{
    record.cgroup = group_ ? group_->path() : "";
    record.unit = unit_;
}

Fd Place::birthplace() const
{
    return group_ ? group_->birthplace() : Fd{};
}

std::vector<std::string> Place::joined() const
{
    return group_ ? group_->member_files() : std::vector<std::string>{};
}

void Place::take_in(pid_t launcher) const
{
    if (!unit_.empty() && !kernel::is_machines_root())
        ask_helper({{"action", "attach"}, {"unit", unit_}, {"pid", launcher}, {"user", true}});
}

void Place::update(const oci::Resources& wished) const
{
    const oci::Resources resources = possible(wished);
    if (!group_)
        throw Failure{ErrorCode::not_supported, "the container has no cgroup of its own"};
    if (!unit_.empty())
        ask_helper({{"action", "set"},
                    {"unit", unit_},
                    {"user", !kernel::is_machines_root()},
                    {"properties", properties_of(resources)}});
    group_->limit(resources);
}

void Place::remove() const
{
    if (group_) {
        group_->kill();
        group_->remove();
    }
    if (!unit_.empty())
        ask_helper({{"action", "stop"}, {"unit", unit_}, {"user", !kernel::is_machines_root()}});
}

} // namespace slipway::oci_runtime
