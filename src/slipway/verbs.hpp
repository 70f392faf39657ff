// SPDX-License-Identifier: LGPL-2.1-or-later
// Verbs: what the command line can do; each has a file of its name.
#pragma once

#include "arguments/options.hpp"
#include "slipway/context.hpp"
#include "slipway/exit_status.hpp"

#include <string_view>

namespace slipway::cli {

// Each parses ARGUMENTS (those behind its own words), does its work and returns the exit status.
// They throw UsageError, HelpWanted and Failure.
int build(Context& context, const Arguments& arguments);
int commit(Context& context, const Arguments& arguments);
int container_prune(Context& context, const Arguments& arguments);
int cp(Context& context, const Arguments& arguments);
int create(Context& context, const Arguments& arguments);
int diff(Context& context, const Arguments& arguments);
int dns_add(Context& context, const Arguments& arguments);
int dns_hosts(Context& context, const Arguments& arguments);
int dns_ls(Context& context, const Arguments& arguments);
int dns_rm(Context& context, const Arguments& arguments);
int exec(Context& context, const Arguments& arguments);
int image_bootstrap(Context& context, const Arguments& arguments);
int export_container(Context& context, const Arguments& arguments);
int image_history(Context& context, const Arguments& arguments);
int image_import(Context& context, const Arguments& arguments);
int image_inspect(Context& context, const Arguments& arguments);
int image_ls(Context& context, const Arguments& arguments);
int image_prune(Context& context, const Arguments& arguments);
int image_referrers(Context& context, const Arguments& arguments);
int image_rm(Context& context, const Arguments& arguments);
int image_search(Context& context, const Arguments& arguments);
int image_tag(Context& context, const Arguments& arguments);
int image_tags(Context& context, const Arguments& arguments);
int info(Context& context, const Arguments& arguments);
int inspect(Context& context, const Arguments& arguments);
int load(Context& context, const Arguments& arguments);
int kill(Context& context, const Arguments& arguments);
int login(Context& context, const Arguments& arguments);
int logout(Context& context, const Arguments& arguments);
int logs(Context& context, const Arguments& arguments);
int compose_build(Context& context, const Arguments& arguments);
int compose_config(Context& context, const Arguments& arguments);
int compose_cp(Context& context, const Arguments& arguments);
int compose_down(Context& context, const Arguments& arguments);
int compose_exec(Context& context, const Arguments& arguments);
int compose_images(Context& context, const Arguments& arguments);
int compose_kill(Context& context, const Arguments& arguments);
int compose_logs(Context& context, const Arguments& arguments);
int compose_ls(Context& context, const Arguments& arguments);
int compose_pause(Context& context, const Arguments& arguments);
int compose_port(Context& context, const Arguments& arguments);
int compose_ps(Context& context, const Arguments& arguments);
int compose_pull(Context& context, const Arguments& arguments);
int compose_restart(Context& context, const Arguments& arguments);
int compose_rm(Context& context, const Arguments& arguments);
int compose_run(Context& context, const Arguments& arguments);
int compose_scale(Context& context, const Arguments& arguments);
int compose_start(Context& context, const Arguments& arguments);
int compose_stop(Context& context, const Arguments& arguments);
int compose_top(Context& context, const Arguments& arguments);
int compose_unpause(Context& context, const Arguments& arguments);
int compose_up(Context& context, const Arguments& arguments);
int compose_version(Context& context, const Arguments& arguments);
int compose_wait(Context& context, const Arguments& arguments);
int group_apply(Context& context, const Arguments& arguments);
int group_inspect(Context& context, const Arguments& arguments);
int group_ls(Context& context, const Arguments& arguments);
int group_restart(Context& context, const Arguments& arguments);
int group_rm(Context& context, const Arguments& arguments);
int group_scale(Context& context, const Arguments& arguments);
int group_start(Context& context, const Arguments& arguments);
int group_stop(Context& context, const Arguments& arguments);
int network_connect(Context& context, const Arguments& arguments);
int network_create(Context& context, const Arguments& arguments);
int network_disconnect(Context& context, const Arguments& arguments);
int network_inspect(Context& context, const Arguments& arguments);
int network_ls(Context& context, const Arguments& arguments);
int network_prune(Context& context, const Arguments& arguments);
int network_rm(Context& context, const Arguments& arguments);
int pause(Context& context, const Arguments& arguments);
int pull(Context& context, const Arguments& arguments);
int push(Context& context, const Arguments& arguments);
int ps(Context& context, const Arguments& arguments);
int rm(Context& context, const Arguments& arguments);
int run(Context& context, const Arguments& arguments);
int save(Context& context, const Arguments& arguments);
int disable(Context& context, const Arguments& arguments);
int enable(Context& context, const Arguments& arguments);
int secret_create(Context& context, const Arguments& arguments);
int secret_inspect(Context& context, const Arguments& arguments);
int secret_ls(Context& context, const Arguments& arguments);
int secret_rm(Context& context, const Arguments& arguments);
int start(Context& context, const Arguments& arguments);
int supervise(Context& context, const Arguments& arguments);
int restart(Context& context, const Arguments& arguments);
int stop(Context& context, const Arguments& arguments);
int system_check(Context& context, const Arguments& arguments);
int system_df(Context& context, const Arguments& arguments);
int system_prune(Context& context, const Arguments& arguments);
int unit_check(Context& context, const Arguments& arguments);
int unit_export(Context& context, const Arguments& arguments);
int unit_pause_image(Context& context, const Arguments& arguments);
int unpause(Context& context, const Arguments& arguments);
int update(Context& context, const Arguments& arguments);
int version(Context& context, const Arguments& arguments);
int volume_create(Context& context, const Arguments& arguments);
int volume_export(Context& context, const Arguments& arguments);
int volume_import(Context& context, const Arguments& arguments);
int volume_inspect(Context& context, const Arguments& arguments);
int volume_ls(Context& context, const Arguments& arguments);
int volume_prune(Context& context, const Arguments& arguments);
int volume_rm(Context& context, const Arguments& arguments);
int wait(Context& context, const Arguments& arguments);
int wire(Context& context, const Arguments& arguments);
int wire_inspect(Context& context, const Arguments& arguments);
int wire_ls(Context& context, const Arguments& arguments);
int wire_rm(Context& context, const Arguments& arguments);

struct Verb {
    // One word or two.
    std::string_view name;
    std::string_view purpose;
    int (*run)(Context&, const Arguments&);
    Manner manner = Manner::plain;
};

// The command line, understood as far as the verb.
struct Invocation {
    GlobalOptions global;
    const Verb* verb = nullptr;
    // What is left behind the verb.
    Arguments arguments;
};

// WORDS: the program's arguments without its name. Throws UsageError or HelpWanted.
Invocation read_invocation(const Arguments& words);

} // namespace slipway::cli
