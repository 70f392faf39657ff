// SPDX-License-Identifier: LGPL-2.1-or-later
// OwnNetwork: a test in a network namespace of its own, so that it may do there what it likes.
#pragma once

#include "base/failure.hpp"
#include "netlink/namespaces.hpp"

#include <gtest/gtest.h>

#include <sched.h>
#include <unistd.h>

namespace slipway::testing {

class OwnNetwork : public ::testing::Test {
  protected:
    void SetUp() override
    {
        if (::geteuid() != 0)
            GTEST_SKIP() << "wants root";
        home_ = netlink::own_network_namespace();
        host_ = netlink::make_network_namespace();
        check(::setns(host_.number(), CLONE_NEWNET), "enter the test's namespace");
    }

    void TearDown() override
    {
        if (home_)
            check(::setns(home_.number(), CLONE_NEWNET), "leave the test's namespace");
    }

    // The namespace that plays the host.
    const Fd& host() const { return host_; }

  private:
    Fd home_;
    Fd host_;
};

} // namespace slipway::testing
