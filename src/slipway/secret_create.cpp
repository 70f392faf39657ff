// SPDX-License-Identifier: LGPL-2.1-or-later
// secret create: a value kept by the engine, for containers only.
#include "base/file.hpp"
#include "client/manager.hpp"
#include "slipway/output.hpp"
#include "slipway/terminal.hpp"
#include "slipway/verbs.hpp"

#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace slipway::cli {

namespace {

constexpr std::size_t most_bytes = 1U << 20U;

std::string read_secret(const std::string& file)
{
    if (file == "-") {
        if (is_terminal(STDIN_FILENO))
            throw UsageError{"standard input is a terminal, which would show it: name a FILE, or pipe it in"};
        return read_all(STDIN_FILENO, "standard input", most_bytes);
    }
    return read_file(file, most_bytes);
}

} // namespace

int secret_create(Context& context, const Arguments& arguments)
{
    std::string name;
    std::optional<std::string> file;
    bool replaces = false;
    Options options{"secret create [--replace] NAME [FILE|-]",
                    "Keeps a secret of at most 1 MiB, encrypted where the host can, and prints its name."};
    options.flag("--replace", replaces, "Another value for one that is there");
    options.operand("NAME", name, "What it is called");
    options.operand("FILE", file, "What has it; standard input otherwise");
    options.parse(arguments);

    std::string value = read_secret(file.value_or("-"));
    const Fd memory = make_memory_file("secret", value);
    ::explicit_bzero(value.data(), value.size());
    client::Manager manager{context.engine()};
    using Presence = client::Manager::Presence;
    context.await(
        manager.create_secret(name, memory.number(), replaces ? Presence::replaced : Presence::refused, {}));
    print_line(name);
    return 0;
}

} // namespace slipway::cli
