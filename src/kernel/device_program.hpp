// SPDX-License-Identifier: LGPL-2.1-or-later
// Device access of a unified cgroup: a small BPF program (bpf(2), BPF_PROG_TYPE_CGROUP_DEVICE; Linux 4.15).
#pragma once

#include "base/fd.hpp"

#include <cstdint>
#include <linux/bpf.h>
#include <optional>
#include <vector>

namespace slipway::kernel {

enum class DeviceKind { any, block, character };

struct DeviceAccess {
    bool is_allowed = false;
    DeviceKind kind = DeviceKind::any;
    std::optional<std::uint32_t> major; // absent: any
    std::optional<std::uint32_t> minor;
    unsigned access = 0; // of BPF_DEVCG_ACC_*
};

// The program: the last rule that covers an access decides; what none covers is refused.
std::vector<bpf_insn> device_program(const std::vector<DeviceAccess>& rules);

// Makes it the cgroup's, in place of an earlier one of ours. Wants CAP_SYS_ADMIN. Throws Failure.
void restrict_devices(const Fd& cgroup, const std::vector<DeviceAccess>& rules);

} // namespace slipway::kernel
