// SPDX-License-Identifier: LGPL-2.1-or-later
// Network namespaces: a thread goes into one and back.
#include "netlink/namespaces.hpp"

#include "base/failure.hpp"
#include "kernel/namespace_holder.hpp"

#include <exception>
#include <fcntl.h>
#include <sched.h>

namespace slipway::netlink {

namespace {

// The calling thread's way home.
class Excursion {
  public:
    Excursion() : home_{own_network_namespace()} {}
    Excursion(const Excursion&) = delete;
    Excursion& operator=(const Excursion&) = delete;
    ~Excursion()
    {
        if (::setns(home_.number(), CLONE_NEWNET) < 0)
            std::terminate();
    }

  private:
    Fd home_;
};

} // namespace

OwnedNamespaces make_namespaces(const kernel::IdRanges& ranges)
{
    const kernel::NamespaceHolder holder{ranges, CLONE_NEWNET};
    return {holder.open("user"), holder.open("net")};
}

Fd make_network_namespace()
{
    const Excursion excursion;
    check(::unshare(CLONE_NEWNET), "make a network namespace");
    return own_network_namespace();
}

Fd own_network_namespace()
{
    return Fd{check(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC),
                    "open the thread's network namespace")};
}

void in_namespace(const Fd& network_namespace, const std::function<void()>& deed)
{
    const Excursion excursion;
    check(::setns(network_namespace.number(), CLONE_NEWNET), "enter a network namespace");
    deed();
}

} // namespace slipway::netlink
