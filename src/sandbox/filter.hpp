// SPDX-License-Identifier: LGPL-2.1-or-later
// The first system call filter: what reaches beyond a container is denied; the sandbox issue makes it an
// allow-list.
#pragma once

#include <memory>

namespace slipway::sandbox {

class Filter {
  public:
    // Compiles the rules. Throws Failure{not_supported}.
    Filter();
    Filter(const Filter&) = delete;
    Filter& operator=(const Filter&) = delete;
    Filter(Filter&&) = delete;
    Filter& operator=(Filter&&) = delete;
    ~Filter();

    // From now on, for this process and its children. Wants no_new_privs. Throws Failure.
    void load() const;

  private:
    void* context_;
};

} // namespace slipway::sandbox
