// SPDX-License-Identifier: LGPL-2.1-or-later
// The command line of slipway-oci: global options, a verb, its own (runc(8), crun(1)).
#pragma once

#include "arguments/options.hpp"

#include <string>
#include <string_view>

namespace slipway::oci_runtime {

using cli::Arguments;
using cli::HelpWanted;
using cli::Options;
using cli::UsageError;

enum class CgroupManager { cgroupfs, systemd, none };
enum class LogFormat { text, json };

struct Context {
    std::string root; // a directory for each container
    std::string log;  // a file for failures besides standard error
    LogFormat log_format = LogFormat::text;
    CgroupManager cgroup_manager = CgroupManager::cgroupfs;
};

// Each parses ARGUMENTS (those behind the verb), does its work and returns the exit status.
// They throw UsageError, HelpWanted and Failure.
int checkpoint(Context& context, const Arguments& arguments);
int create(Context& context, const Arguments& arguments);
int delete_container(Context& context, const Arguments& arguments);
int events(Context& context, const Arguments& arguments);
int exec(Context& context, const Arguments& arguments);
int features(Context& context, const Arguments& arguments);
int kill(Context& context, const Arguments& arguments);
int list(Context& context, const Arguments& arguments);
int pause(Context& context, const Arguments& arguments);
int ps(Context& context, const Arguments& arguments);
int restore(Context& context, const Arguments& arguments);
int resume(Context& context, const Arguments& arguments);
int run(Context& context, const Arguments& arguments);
int spec(Context& context, const Arguments& arguments);
int start(Context& context, const Arguments& arguments);
int state(Context& context, const Arguments& arguments);
int update(Context& context, const Arguments& arguments);

struct Verb {
    std::string_view name;
    std::string_view purpose;
    int (*run)(Context&, const Arguments&);
};

struct Invocation {
    Context context;
    const Verb* verb = nullptr;
    Arguments arguments;
};

// WORDS: the program's arguments without its name. What is understood of the global options is in INVOCATION
// even where the rest is not, so that the failure gets into the log. Throws UsageError, HelpWanted.
void read_invocation(const Arguments& words, Invocation& invocation);

// Options of a verb: the usage line and the program's name.
Options make_options(const std::string& syntax, const std::string& purpose);

} // namespace slipway::oci_runtime
