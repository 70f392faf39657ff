// SPDX-License-Identifier: LGPL-2.1-or-later
// kill: a signal to a container's process, or to all of them.
#include "base/failure.hpp"
#include "base/signal_name.hpp"
#include "kernel/process.hpp"
#include "oci-runtime/place.hpp"

#include <csignal>

namespace slipway::oci_runtime {

namespace {

void signal_all(const Record& record, int signal)
{
    const Place place{record};
    if (!place.group())
        throw Failure{ErrorCode::not_supported, "--all: the container has no cgroup of its own"};
    if (signal == SIGKILL)
        return place.group()->kill();
    for (const pid_t pid : place.group()->members())
        ::kill(pid, signal);
}

} // namespace

int kill(Context& context, const Arguments& arguments)
{
    std::vector<std::string> words;
    bool are_all = false;
    Options options = make_options("kill [OPTIONS] ID [SIGNAL]", "Sends a signal, SIGTERM unless told.");
    options.flag("-a,--all", are_all, "To all processes of the container");
    options.operands("ID [SIGNAL]", words, "The container's ID, and a name or number");
    options.parse(arguments);
    if (words.size() > 2)
        throw UsageError{"kill takes one ID and one signal"};

    const int signal = words.size() == 2 ? parse_signal(words[1]).value() : SIGTERM;
    const Container container = Container::find(context, words.front());
    const Record record = container.record();
    if (are_all) {
        signal_all(record, signal);
        return 0;
    }
    if (!kernel::send_signal(Container::process(record), signal))
        throw Failure{ErrorCode::not_running, "container not running"};
    return 0;
}

} // namespace slipway::oci_runtime
