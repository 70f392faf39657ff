// SPDX-License-Identifier: LGPL-2.1-or-later
// Making a container: what create and run share.
#pragma once

#include "oci-runtime/container.hpp"
#include "oci-runtime/notify.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace slipway::oci_runtime {

struct CreateOptions {
    std::string id;
    std::string bundle;
    std::string config;
    std::string console_socket;
    std::string pid_file;
    std::optional<std::size_t> preserved;
    bool has_pivot = true;
    bool has_keyring = true;
};

// Adds them to a verb's options; has_pivot and has_keyring are turned round.
void add_create_options(Options& options, CreateOptions& target, bool& no_pivot, bool& no_keyring);

enum class Start { later, at_once };          // by "start", or as soon as it can
enum class Ground { background, foreground }; // who has the terminal where no --console-socket is given

struct Made {
    Container container;
    Record record;
    oci::RuntimeConfig config;
    Fd process;
    Fd terminal;                                // the master side, where it is in the foreground
    std::optional<Notifications> notifications; // where it starts at once
};

// Nothing is left if it fails. Throws Failure.
Made make_container(const Context& context, const CreateOptions& options, Start start, Ground ground);

// After the start. A hook that fails is told of, no more (runtime.md, "Lifecycle").
void run_poststart_hooks(const Context& context, const Made& made);

} // namespace slipway::oci_runtime
