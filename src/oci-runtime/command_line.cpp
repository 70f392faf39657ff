// SPDX-License-Identifier: LGPL-2.1-or-later
// The command line of slipway-oci: the table of verbs.
#include "oci-runtime/command_line.hpp"

#include "kernel/rights.hpp"
#include "slipway_config.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <unistd.h>

namespace slipway::oci_runtime {

namespace {

constexpr std::array verbs{
    Verb{"checkpoint", "Save a running container's processes, by CRIU", checkpoint},
    Verb{"create", "Make a container that waits for its start", create},
    Verb{"delete", "Remove a container", delete_container},
    Verb{"events", "Print a container's statistics and memory events, as JSON", events},
    Verb{"exec", "Run one more process in a running container", exec},
    Verb{"features", "Print what this runtime can do, as JSON", features},
    Verb{"kill", "Send a signal to a container", kill},
    Verb{"list", "List containers", list},
    Verb{"pause", "Freeze all processes of a container", pause},
    Verb{"ps", "List the processes of a container", ps},
    Verb{"restore", "Start a container from what checkpoint saved", restore},
    Verb{"resume", "Thaw a container", resume},
    Verb{"run", "Make a container, start it, wait for it, remove it", run},
    Verb{"spec", "Write a config.json to begin with", spec},
    Verb{"start", "Start a container that was made by create", start},
    Verb{"state", "Print a container's state, as JSON", state},
    Verb{"update", "Change a container's limits", update},
};

std::string help_text()
{
    std::string text = "An OCI runtime.\n"
                       "Usage: slipway-oci [OPTIONS] VERB [OPTIONS] ...\n"
                       "\nVerbs:\n";
    for (const Verb& verb : verbs) {
        constexpr std::size_t column = 14;
        text.append("  ").append(verb.name).append(column - verb.name.size(), ' ');
        text.append(verb.purpose).append("\n");
    }
    return text + "\nOptions:\n"
                  "  --root DIRECTORY           Where the containers' states are kept\n"
                  "  --log FILE                 Write failures there too\n"
                  "  --log-format text|json     How\n"
                  "  --systemd-cgroup           The same as --cgroup-manager systemd\n"
                  "  --cgroup-manager NAME      cgroupfs, systemd or disabled\n"
                  "  -h, --help                 Show this help, or behind a verb the verb's\n"
                  "  -v, --version              Print the version\n";
}

// Tools look for the line that begins with a plus (podman-info(1)).
std::string version_text()
{
    return "slipway-oci version " SLIPWAY_VERSION "\nspec: 1.2.0\n"
           "+SYSTEMD +SELINUX +APPARMOR +CAP +SECCOMP +EBPF\n";
}

// Empty where there is none.
std::string default_root()
{
    if (kernel::is_machines_root())
        return "/run/slipway-oci";
    const char* const runtime = ::secure_getenv("XDG_RUNTIME_DIR");
    if (runtime != nullptr && *runtime == '/')
        return std::string{runtime} + "/slipway-oci";
    const std::string usual = "/run/user/" + std::to_string(::geteuid());
    return ::access(usual.c_str(), W_OK) == 0 ? usual + "/slipway-oci" : "";
}

CgroupManager manager_of(const std::string& name)
{
    if (name == "cgroupfs")
        return CgroupManager::cgroupfs;
    if (name == "systemd")
        return CgroupManager::systemd;
    if (name == "disabled")
        return CgroupManager::none;
    throw UsageError{"--cgroup-manager takes cgroupfs, systemd or disabled, not '" + name + "'"};
}

// One global option with its value; the words that it took.
class GlobalOptions {
  public:
    GlobalOptions(const Arguments& words, Context& context)
        : words_{&words}, word_{words.begin()}, context_{&context}
    {
    }

    void take_all()
    {
        while (word_ != words_->end() && word_->starts_with("-"))
            take();
    }
    Arguments::const_iterator rest() const { return word_; }

  private:
    std::string value()
    {
        if (inline_value_)
            return *inline_value_;
        if (word_ == words_->end())
            throw UsageError{name_ + " needs a value"};
        return *word_++;
    }

    void take()
    {
        name_ = *word_++;
        inline_value_.reset();
        if (const std::size_t equals = name_.find('='); equals != std::string::npos) {
            inline_value_ = name_.substr(equals + 1);
            name_.resize(equals);
        }
        if (name_ == "--root")
            context_->root = value();
        else if (name_ == "--log")
            context_->log = value();
        else if (name_ == "--log-format")
            take_log_format(value());
        else if (name_ == "--cgroup-manager")
            context_->cgroup_manager = manager_of(value());
        else if (name_ == "--systemd-cgroup")
            context_->cgroup_manager =
                inline_value_.value_or("true") == "false" ? CgroupManager::cgroupfs : CgroupManager::systemd;
        else if (name_ == "--rootless" || name_ == "--criu")
            static_cast<void>(value()); // of other runtimes; found out here
        else if (name_ == "-v" || name_ == "--version")
            throw HelpWanted{version_text()};
        else if (name_ == "-h" || name_ == "--help")
            throw HelpWanted{help_text()};
        else if (name_ != "--debug")
            throw UsageError{"unknown option " + name_};
    }

    void take_log_format(const std::string& format)
    {
        if (format != "text" && format != "json")
            throw UsageError{"--log-format takes text or json, not '" + format + "'"};
        context_->log_format = format == "json" ? LogFormat::json : LogFormat::text;
    }

    const Arguments* words_;
    Arguments::const_iterator word_;
    Context* context_;
    std::string name_;
    std::optional<std::string> inline_value_;
};

} // namespace

void read_invocation(const Arguments& words, Invocation& invocation)
{
    invocation.context.root = default_root();
    GlobalOptions options{words, invocation.context};
    options.take_all();
    auto word = options.rest();
    if (word == words.end())
        throw UsageError{"which verb? 'slipway-oci --help' lists them"};
    const std::string name = *word++;
    const auto* const verb =
        std::find_if(verbs.begin(), verbs.end(), [&name](const Verb& known) { return known.name == name; });
    if (name == "help")
        throw HelpWanted{help_text()};
    if (verb == verbs.end())
        throw UsageError{"no such verb: '" + name + "'; 'slipway-oci --help' lists them"};
    invocation.verb = verb;
    invocation.arguments.assign(word, words.end());
}

Options make_options(const std::string& syntax, const std::string& purpose)
{
    return Options{syntax, purpose, "slipway-oci"};
}

} // namespace slipway::oci_runtime
