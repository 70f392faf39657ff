// SPDX-License-Identifier: LGPL-2.1-or-later
// Container: what is kept of one, in a directory of its name, and what it is doing.
#pragma once

#include "base/fd.hpp"
#include "oci-runtime/command_line.hpp"
#include "oci/runtime_config.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace slipway::oci_runtime {

enum class Status { creating, created, running, paused, stopped };

// "created" and so on (runtime.md, "State").
std::string_view word_of(Status status);

// Written to the file "status".
struct Record {
    std::string id;
    pid_t pid = 0;                // 0: not born yet
    std::uint64_t start_time = 0; // with the PID: who it is (kernel/process.hpp)
    std::string bundle;
    std::string rootfs;
    std::string created; // RFC 3339
    std::string owner;
    std::string cgroup;    // below the hierarchies' roots; empty: none of its own
    std::string unit;      // systemd's scope around it, or empty
    std::string intel_rdt; // a directory of resctrl, or empty
    std::map<std::string, std::string> annotations;
    std::string external_descriptors; // what its standard streams are, as JSON: for CRIU
};

class Container {
  public:
    // Throws Failure{no_such_container, invalid_name}.
    static Container find(const Context& context, const std::string& id);
    // Makes the directory. Throws Failure{name_taken, invalid_name}.
    static Container make(const Context& context, const std::string& id);
    static std::vector<std::string> ids(const Context& context);

    // Returns when whoever makes the container is done with that, or gone.
    void await_maker() const;

    const std::string& id() const noexcept { return id_; }
    std::string file(const char* name) const { return directory_ + "/" + name; }

    // Of a container whose making was interrupted it has only the ID.
    Record record() const;
    void write(const Record& record) const;

    // The configuration that it was made with. Throws Failure.
    oci::RuntimeConfig config() const;
    void write_config(const std::string& text) const;

    Status status(const Record& record) const;
    // The OCI state, as JSON.
    static std::string state(const Record& record, Status status);

    // Its process, still the one that it was. Throws Failure{not_running}.
    static Fd process(const Record& record);

    // The directory and all in it.
    void forget() const;

  private:
    Container(const Context& context, std::string id);

    std::string id_;
    std::string directory_;
    std::shared_ptr<const Fd> making_; // locked as long as it is being made
};

// The caller's name, for records.
std::string owner_name();
// Now, as RFC 3339 with nanoseconds.
std::string time_text();

} // namespace slipway::oci_runtime
