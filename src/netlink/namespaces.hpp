// SPDX-License-Identifier: LGPL-2.1-or-later
// Network namespaces (network_namespaces(7)): made, and entered for a moment.
#pragma once

#include "base/fd.hpp"
#include "kernel/user_namespace.hpp"

#include <functional>

namespace slipway::netlink {

struct OwnedNamespaces {
    Fd user;
    Fd network; // owned by USER: who is root there may change it
};

// Both by one short-lived child. Throws Failure as kernel::make_user_namespace().
OwnedNamespaces make_namespaces(const kernel::IdRanges& ranges);
// One that the caller's user namespace owns. Throws Failure.
Fd make_network_namespace();
// The calling thread's. Throws Failure.
Fd own_network_namespace();

// Runs DEED on the calling thread inside; other threads stay where they are. What DEED throws is thrown here,
// after the return. A thread that cannot return would act in the wrong network: that ends the process.
void in_namespace(const Fd& network_namespace, const std::function<void()>& deed);

} // namespace slipway::netlink
