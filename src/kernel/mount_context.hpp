// SPDX-License-Identifier: LGPL-2.1-or-later
// MountContext: a file system that is being configured (fsopen(2), fsconfig(2), fsmount(2)).
#pragma once

#include "kernel/mount.hpp"

#include <cstdint>
#include <string>

namespace slipway::kernel {

class MountContext {
  public:
    // All throw Failure with what the file system itself has to say.
    explicit MountContext(std::string type);

    // A flag has an empty value.
    void set(const std::string& key, const std::string& value);
    // By descriptor where the file system takes that (overlayfs since Linux 6.13), and otherwise by its path
    // in proc, which takes twice as long.
    void set_directory(const std::string& key, const Fd& directory);
    MountFd finish(std::uint64_t attributes);

  private:
    void configure(unsigned command, const char* key, const char* value);
    // "e ..." lines (fsopen(2)), or nothing. They are read once.
    std::string complaint();

    std::string type_;
    Fd context_;
    bool takes_descriptors_ = true; // the first one tells
};

} // namespace slipway::kernel
