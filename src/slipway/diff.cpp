// SPDX-License-Identifier: LGPL-2.1-or-later
// diff: what a container has changed of its image.
#include "base/file.hpp"
#include "client/manager.hpp"
#include "slipway/changes.hpp"
#include "slipway/output.hpp"
#include "slipway/terminal.hpp"
#include "slipway/verbs.hpp"

#include <sys/mman.h>
#include <unistd.h>

namespace slipway::cli {

namespace {

constexpr std::size_t most_changes = std::size_t{4} << 30U; // bytes

} // namespace

int diff(Context& context, const Arguments& arguments)
{
    std::string name;
    bool is_json = false;
    Options options{
        "diff [--format table|json] NAME",
        "Shows what a container has changed of its image's files: A for added, C for changed, D for "
        "deleted."};
    options.format(is_json);
    options.operand("NAME", name, "The container");
    options.parse(arguments);

    client::Manager manager{context.engine()};
    client::Container container{context.engine(), context.await(manager.find_container(name))};
    const Fd list{check(::memfd_create("changes", MFD_CLOEXEC), "make a memory file")};
    context.await(container.diff(list.number()));
    check(static_cast<int>(::lseek(list.number(), 0, SEEK_SET)), "read the changes");
    const std::string text = read_all(list.number(), "the changes", most_changes);
    const Names names = is_terminal(STDOUT_FILENO) ? Names::visible : Names::raw;
    print(is_json ? changes_json(text) : changes_text(text, names));
    return 0;
}

} // namespace slipway::cli
