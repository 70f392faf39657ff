// SPDX-License-Identifier: LGPL-2.1-or-later
// What the structs of a runtime configuration must hold besides their members' types (json_reader.hpp).
#pragma once

#include "oci/json_reader.hpp"
#include "oci/runtime_config.hpp"

namespace slipway::oci {

// All throw Failure{invalid_argument} with the place.
// Empty, or a list that parse_cpu_list takes.
void require_cpu_list(const std::string& text, const Place& here);

void check(const Rlimit& limit, const Place& here);
void check(const Scheduler& scheduler, const Place& here);
void check(const IoPriority& priority, const Place& here);
void check(const CpuAffinity& affinity, const Place& here);
void check(const Process& process, const Place& here);
void check(const Mount& mount, const Place& here);
void check(const Hook& hook, const Place& here);
void check(const Device& device, const Place& here);
void check(const Personality& personality, const Place& here);
void check(const TimeOffset& offset, const Place& here);
void check(const Linux& settings, const Place& here);
void check(const RuntimeConfig& config, const Place& here);

void check(const DeviceRule& rule, const Place& here);
void check(const MemoryLimits& limits, const Place& here);
void check(const CpuLimits& limits, const Place& here);
void check(const WeightDevice& weight, const Place& here);
void check(const BlockIoLimits& limits, const Place& here);
void check(const HugepageLimit& limit, const Place& here);
void check(const InterfacePriority& priority, const Place& here);
void check(const Resources& resources, const Place& here);

void check(const SeccompArgument& argument, const Place& here);
void check(const SeccompRule& rule, const Place& here);
void check(const Seccomp& policy, const Place& here);

} // namespace slipway::oci
