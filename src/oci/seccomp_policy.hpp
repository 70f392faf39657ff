// SPDX-License-Identifier: LGPL-2.1-or-later
// A seccomp policy as the OCI runtime specification writes it (config-linux.md, "Seccomp").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace slipway::oci {

enum class SeccompAction { kill_thread, kill_process, trap, error, trace, allow, log, notify };

enum class SeccompOperator { not_equal, less, less_equal, equal, greater_equal, greater, masked_equal };

// Holds where argument INDEX compares with VALUE; with masked_equal where (argument & value) == value_two.
struct SeccompArgument {
    std::uint32_t index = 0;
    std::uint64_t value = 0;
    std::uint64_t value_two = 0;
    SeccompOperator op = SeccompOperator::equal;
};

// The action for each of these calls for which all arguments hold.
struct SeccompRule {
    std::vector<std::string> names;
    SeccompAction action = SeccompAction::allow;
    std::optional<std::uint32_t> errno_ret; // of error and trace; absent: EPERM
    std::vector<SeccompArgument> args;
};

enum class SeccompFlag { tsync, log, spec_allow, wait_killable };

struct Seccomp {
    SeccompAction default_action = SeccompAction::error;
    std::optional<std::uint32_t> default_errno_ret; // absent: EPERM
    std::vector<std::string> architectures;         // "SCMP_ARCH_X86_64"; empty: the machine's own
    std::vector<SeccompFlag> flags;
    std::string listener_path; // a socket that gets the descriptor for notifications
    std::string listener_metadata;
    std::vector<SeccompRule> syscalls;
};

} // namespace slipway::oci
