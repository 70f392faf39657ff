// SPDX-License-Identifier: LGPL-2.1-or-later
// update: other limits for a running container.
#include "base/failure.hpp"
#include "base/file.hpp"
#include "oci-runtime/place.hpp"

#include <array>
#include <charconv>
#include <unistd.h>

namespace slipway::oci_runtime {

namespace {

// Numbers as options give them: each optional, "-1" allowed.
struct Wishes {
    std::string file;
    std::optional<std::string> memory;
    std::optional<std::string> reservation;
    std::optional<std::string> swap;
    std::optional<std::string> shares;
    std::optional<std::string> quota;
    std::optional<std::string> period;
    std::optional<std::string> burst;
    std::optional<std::string> idle;
    std::optional<std::string> cpus;
    std::optional<std::string> mems;
    std::optional<std::string> pids;
    std::optional<std::string> weight;
};

template <typename Number, typename Target>
void take(const std::optional<std::string>& text, const char* name, Target& target)
{
    if (!text)
        return;
    Number number{};
    const char* const end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, number);
    if (error != std::errc{} || stop != end)
        throw UsageError{std::string{name} + " takes a number, not '" + *text + "'"};
    target = number;
}

oci::Resources resources_of(const Wishes& wishes)
{
    oci::Resources resources;
    if (!wishes.file.empty())
        resources =
            oci::parse_resources(wishes.file == "-" ? read_all(0, "standard input") : read_file(wishes.file))
                .value();
    oci::MemoryLimits memory = resources.memory.value_or(oci::MemoryLimits{});
    take<std::int64_t>(wishes.memory, "--memory", memory.limit);
    take<std::int64_t>(wishes.reservation, "--memory-reservation", memory.reservation);
    take<std::int64_t>(wishes.swap, "--memory-swap", memory.swap);
    oci::CpuLimits cpu = resources.cpu.value_or(oci::CpuLimits{});
    take<std::uint64_t>(wishes.shares, "--cpu-share", cpu.shares);
    take<std::int64_t>(wishes.quota, "--cpu-quota", cpu.quota);
    take<std::uint64_t>(wishes.period, "--cpu-period", cpu.period);
    take<std::uint64_t>(wishes.burst, "--cpu-burst", cpu.burst);
    take<std::int64_t>(wishes.idle, "--cpu-idle", cpu.idle);
    cpu.cpus = wishes.cpus.value_or(cpu.cpus);
    cpu.mems = wishes.mems.value_or(cpu.mems);
    oci::PidsLimits pids = resources.pids.value_or(oci::PidsLimits{});
    take<std::int64_t>(wishes.pids, "--pids-limit", pids.limit);
    oci::BlockIoLimits block_io = resources.block_io.value_or(oci::BlockIoLimits{});
    take<std::uint16_t>(wishes.weight, "--blkio-weight", block_io.weight);
    resources.memory = memory;
    resources.cpu = std::move(cpu);
    resources.pids = pids;
    resources.block_io = std::move(block_io);
    return resources;
}

} // namespace

int update(Context& context, const Arguments& arguments)
{
    std::string id;
    Wishes wishes;
    Options options = make_options("update [OPTIONS] ID", "Changes a container's limits.");
    options.text("-r,--resources", wishes.file, "FILE", "linux.resources as JSON; - is the standard input");
    options.text("-m,--memory", wishes.memory, "BYTES", "Memory");
    options.text("--memory-reservation", wishes.reservation, "BYTES", "Memory that is left to it");
    options.text("--memory-swap", wishes.swap, "BYTES", "Memory and swap together");
    options.text("--cpu-share", wishes.shares, "NUMBER", "Share of the processors, 2 to 262144");
    options.text("--cpu-quota", wishes.quota, "MICROSECONDS", "Time in each period");
    options.text("--cpu-period", wishes.period, "MICROSECONDS", "The period");
    options.text("--cpu-burst", wishes.burst, "MICROSECONDS", "Time that may be saved up");
    options.text("--cpu-idle", wishes.idle, "0|1", "Only what nobody else wants");
    options.text("--cpuset-cpus", wishes.cpus, "LIST", "Processors");
    options.text("--cpuset-mems", wishes.mems, "LIST", "Memory nodes");
    options.text("--pids-limit", wishes.pids, "NUMBER", "Processes");
    options.text("--blkio-weight", wishes.weight, "NUMBER", "Share of the disks, 10 to 1000");
    options.operand("ID", id, "The container's ID");
    options.parse(arguments);
    const oci::Resources resources = resources_of(wishes);
    const Container container = Container::find(context, id);
    const Record record = container.record();
    if (container.status(record) == Status::stopped)
        throw Failure{ErrorCode::not_running, "container not running"};
    Place{record}.update(resources);
    return 0;
}

} // namespace slipway::oci_runtime
