// SPDX-License-Identifier: LGPL-2.1-or-later
// Verbs: the table of all, and the way to one of them. Only the chosen verb's options are ever built, so that
// a start is quick.
#include "slipway/verbs.hpp"

#include "slipway_config.hpp"

#include <algorithm>
#include <array>

namespace slipway::cli {

namespace {

constexpr std::array verbs{
    Verb{"run", "Make a container from an image and run a command in it", run, Manner::payload},
    Verb{"create", "Make a container from an image, at rest", create},
    Verb{"exec", "Run one more command in a running container", exec, Manner::payload},
    Verb{"ps", "List containers", ps},
    Verb{"start", "Start containers that are at rest", start},
    Verb{"stop", "Stop containers: their stop signal, then SIGKILL", stop},
    Verb{"restart", "Stop containers that run, and start them", restart},
    Verb{"supervise", "Be a container's mirror, for a supervisor's unit of it", supervise, Manner::payload},
    Verb{"enable", "Have systemd start containers at boot", enable},
    Verb{"disable", "Have systemd no longer start containers at boot", disable},
    Verb{"kill", "Send a signal to containers", kill},
    Verb{"update", "Change the limits of containers", update},
    Verb{"pause", "Let all processes of containers stand still", pause},
    Verb{"unpause", "Let paused containers go on", unpause},
    Verb{"wait", "Wait until containers have ended and print their exit statuses", wait, Manner::payload},
    Verb{"rm", "Remove containers", rm},
    Verb{"container prune", "Remove containers that do not run", container_prune},
    Verb{"inspect", "Print all that is known about containers, as JSON", inspect},
    Verb{"logs", "Show what a container wrote", logs},
    Verb{"commit", "Make an image of a container", commit},
    Verb{"cp", "Copy files and directories between a container and here, or another container", cp},
    Verb{"diff", "Show what a container has changed of its image's files", diff},
    Verb{"export", "Write a container's root file system as a tar archive", export_container},
    Verb{"pull", "Get an image from a registry", pull},
    Verb{"push", "Send an image to a registry", push},
    Verb{"login", "Keep who one is to a registry", login},
    Verb{"logout", "Forget who one is to a registry", logout},
    Verb{"save", "Write images into an archive", save},
    Verb{"load", "Take the images of an archive", load},
    Verb{"build", "Build an image from a Dockerfile", build},
    Verb{"image bootstrap", "Make a base image from a distribution's packages", image_bootstrap},
    Verb{"image history", "Show how an image came to be", image_history},
    Verb{"image import", "Make an image from a tar archive of a root file system", image_import},
    Verb{"image inspect", "Print all that is known about images, as JSON", image_inspect},
    Verb{"image ls", "List images", image_ls},
    Verb{"image prune", "Remove images that nothing uses", image_prune},
    Verb{"image referrers", "List what belongs to an image at its registry", image_referrers},
    Verb{"image rm", "Remove images", image_rm},
    Verb{"image search", "Look for images at a registry", image_search},
    Verb{"image tag", "Give an image one more name", image_tag},
    Verb{"image tags", "List the tags of a repository at its registry", image_tags},
    Verb{"compose build", "Build the images of services", compose_build},
    Verb{"compose config", "Print the files of a project as one", compose_config},
    Verb{"compose cp", "Copy files between a container of a service and here", compose_cp},
    Verb{"compose down", "Remove a group with its containers and networks", compose_down},
    Verb{"compose exec", "Run one more command in a container of a service", compose_exec, Manner::payload},
    Verb{"compose images", "List the images that the containers of services were made from", compose_images},
    Verb{"compose kill", "Send a signal to the containers of services", compose_kill},
    Verb{"compose logs", "Show what the containers of services wrote", compose_logs},
    Verb{"compose ls", "List projects", compose_ls},
    Verb{"compose pause", "Let the containers of services stand still", compose_pause},
    Verb{"compose port", "Print where on the host a port of a service is", compose_port},
    Verb{"compose ps", "List the containers of a group", compose_ps},
    Verb{"compose pull", "Get the images of services from registries", compose_pull},
    Verb{"compose restart", "Stop a group, and start it", compose_restart},
    Verb{"compose rm", "Remove containers of services that do not run", compose_rm},
    Verb{"compose run", "Run a command in a new container with the settings of a service", compose_run,
         Manner::payload},
    Verb{"compose scale", "Change how many replicas of a service there are", compose_scale},
    Verb{"compose start", "Start a group, members in their order", compose_start},
    Verb{"compose stop", "Stop a group, members in their order", compose_stop},
    Verb{"compose top", "List the processes of the containers of services", compose_top},
    Verb{"compose unpause", "Let the containers of services go on", compose_unpause},
    Verb{"compose up", "Make a group what compose files say, and start it", compose_up},
    Verb{"compose version", "Print the version of this program", compose_version},
    Verb{"compose wait", "Wait until the containers of services have ended", compose_wait, Manner::payload},
    Verb{"group apply", "Make a group what a compose file says, and start it", group_apply},
    Verb{"group inspect", "Print all that is known about groups, as JSON", group_inspect},
    Verb{"group ls", "List groups and their members", group_ls},
    Verb{"group restart", "Stop groups, and start them", group_restart},
    Verb{"group rm", "Remove groups with their containers and networks", group_rm},
    Verb{"group scale", "Change how many replicas of a member there are", group_scale},
    Verb{"group start", "Start groups, members in their order", group_start},
    Verb{"group stop", "Stop groups, members in their order", group_stop},
    Verb{"network connect", "Connect a container to one more network", network_connect},
    Verb{"network create", "Make a network", network_create},
    Verb{"network disconnect", "Take a container from a network", network_disconnect},
    Verb{"network inspect", "Print all that is known about networks, as JSON", network_inspect},
    Verb{"network ls", "List networks", network_ls},
    Verb{"network prune", "Remove networks that no container is connected to", network_prune},
    Verb{"network rm", "Remove networks", network_rm},
    Verb{"dns add", "Add a record of a name to a network", dns_add},
    Verb{"dns hosts", "Keep the names of containers in the host's hosts file", dns_hosts},
    Verb{"dns ls", "List the names that networks answer with", dns_ls},
    Verb{"dns rm", "Remove records that were added", dns_rm},
    Verb{"volume create", "Make a volume", volume_create},
    Verb{"volume export", "Write a volume's content as a tar archive", volume_export},
    Verb{"volume import", "Make a volume from a tar archive", volume_import},
    Verb{"volume inspect", "Print all that is known about volumes, as JSON", volume_inspect},
    Verb{"volume ls", "List volumes", volume_ls},
    Verb{"volume prune", "Remove volumes that no container has", volume_prune},
    Verb{"volume rm", "Remove volumes", volume_rm},
    Verb{"secret create", "Keep a secret for containers", secret_create},
    Verb{"secret inspect", "Print what is known about secrets, as JSON", secret_inspect},
    Verb{"secret ls", "List secrets", secret_ls},
    Verb{"secret rm", "Forget secrets", secret_rm},
    Verb{"wire", "Give a container a socket that leads to another one, and starts it", wire},
    Verb{"wire inspect", "Print all that is known about wires, as JSON", wire_inspect},
    Verb{"wire ls", "List wires", wire_ls},
    Verb{"wire rm", "Remove wires", wire_rm},
    Verb{"unit check", "Say what is wrong in files of Quadlet's", unit_check},
    Verb{"unit export", "Write a container as a file of Quadlet's", unit_export},
    Verb{"unit pause-image", "Make the image of which pods hold their network", unit_pause_image},
    Verb{"system check", "Hold all that is stored against its digests and rows", system_check},
    Verb{"system df", "Show what everything takes of the disk", system_df},
    Verb{"system prune", "Remove all that nothing uses", system_prune},
    Verb{"version", "Print the versions of this program and of the engine", version},
    Verb{"info", "Print what the engine says of itself and its host", info},
};

// Spellings that users of other engines have in their fingers.
struct Alias {
    std::string_view name;
    std::string_view meaning;
};

constexpr std::array aliases{
    Alias{"container create", "create"}, Alias{"images", "image ls"},
    Alias{"image list", "image ls"},     Alias{"rmi", "image rm"},
    Alias{"image remove", "image rm"},   Alias{"import", "image import"},
    Alias{"container ls", "ps"},         Alias{"image push", "push"},
    Alias{"image pull", "pull"},         Alias{"tag", "image tag"},
    Alias{"history", "image history"},   Alias{"search", "image search"},
    Alias{"image save", "save"},         Alias{"image load", "load"},
    Alias{"image build", "build"},
};

const Verb* find_verb(std::string_view name)
{
    for (const Alias& alias : aliases)
        if (alias.name == name)
            name = alias.meaning;
    for (const Verb& verb : verbs)
        if (verb.name == name)
            return &verb;
    return nullptr;
}

// "image" and the like, which need a second word.
bool is_group(std::string_view word)
{
    return word == "image" || word == "volume" || word == "network" || word == "container" ||
           word == "system" || word == "dns" || word == "group" || word == "compose" || word == "unit" ||
           word == "secret";
}

// What a group means without a second word; empty for most.
std::string_view default_of(std::string_view group)
{
    return group == "dns" ? "ls" : "";
}

std::string help_text()
{
    std::string text = "Run containers as a part of systemd.\n"
                       "Usage: slipway [--user] [--debug] [--allow-interactive] VERB [OPTIONS] …\n"
                       "\nVerbs:\n";
    for (const Verb& verb : verbs) {
        constexpr std::size_t column = 20;
        text.append("  ").append(verb.name).append(column - verb.name.size(), ' ');
        text.append(verb.purpose).append("\n");
    }
    text += "\nOptions:\n"
            "  --allow-interactive   Let polkit ask for a password\n"
            "  --user                Talk to your own engine, whose containers are yours alone\n"
            "  --system              Talk to the machine's engine, as without it\n"
            "  --debug               Tell D-Bus names and places in the code with each failure\n"
            "  -h, --help            Show this help, or behind a verb the verb's\n"
            "  -v, --version         Print this program's version\n"
            "\nslipway(1) has more. Containers go by their names or by the beginning of their IDs.\n";
    return text;
}

// What stands between "compose" and its verb, as docker's users write it: options of every one of them.
Arguments take_project_options(Arguments::const_iterator& word, Arguments::const_iterator end)
{
    constexpr std::array with_value{"-f",        "--file",    "-p", "--project-name", "--project-directory",
                                    "--profile", "--env-file"};
    Arguments taken;
    while (word != end && word->starts_with('-')) {
        const bool has_value = std::find(with_value.begin(), with_value.end(), *word) != with_value.end();
        // By their long names, as verbs have short ones of their own.
        taken.push_back(*word == "-f" ? "--file" : *word == "-p" ? "--project-name" : *word);
        ++word;
        if (has_value && word != end)
            taken.push_back(*word++);
    }
    return taken;
}

// True if WORD was an option for all verbs.
bool take_global_option(const std::string& word, GlobalOptions& global)
{
    if (word == "--debug")
        global.detail = Detail::debug;
    else if (word == "--allow-interactive")
        global.interaction = client::Interaction::allowed;
    else if (word == "--user")
        global.reach = client::Reach::user;
    else if (word == "--system")
        global.reach = client::Reach::machine;
    else if (word == "-h" || word == "--help")
        throw HelpWanted{help_text()};
    else if (word == "-v" || word == "--version")
        throw HelpWanted{"slipway " SLIPWAY_VERSION "\n"};
    else
        return false;
    return true;
}

} // namespace

Invocation read_invocation(const Arguments& words)
{
    Invocation invocation;
    auto word = words.begin();
    while (word != words.end() && take_global_option(*word, invocation.global))
        ++word;
    if (word == words.end())
        throw UsageError{"which verb? 'slipway --help' lists them"};
    if (word->starts_with('-'))
        throw UsageError{"unknown option " + *word + "; options of a verb stand behind it"};

    std::string name = *word++;
    Arguments before;
    if (name == "compose" && word != words.end() && *word != "-h" && *word != "--help")
        before = take_project_options(word, words.end());
    if (is_group(name)) {
        if (word != words.end() && (*word == "-h" || *word == "--help"))
            throw HelpWanted{help_text()};
        const std::string_view usual = default_of(name);
        const bool has_second = word != words.end() && (usual.empty() || !word->starts_with('-'));
        if (!has_second && usual.empty())
            throw UsageError{"'slipway " + name + "' needs one more word; 'slipway --help' lists the verbs"};
        name += " " + (has_second ? *word++ : std::string{usual});
    }
    // A verb of one word and of two: nobody can name a container "ls" here.
    if (word != words.end() && find_verb(name) != nullptr && find_verb(name + " " + *word) != nullptr)
        name += " " + *word++;
    if (name == "help")
        throw HelpWanted{help_text()};
    invocation.verb = find_verb(name);
    if (invocation.verb == nullptr)
        throw UsageError{"no such verb: '" + name + "'; 'slipway --help' lists them"};
    invocation.arguments = std::move(before);
    invocation.arguments.insert(invocation.arguments.end(), word, words.end());
    return invocation;
}

} // namespace slipway::cli
