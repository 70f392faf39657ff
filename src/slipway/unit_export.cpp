// SPDX-License-Identifier: LGPL-2.1-or-later
// unit export: a .container file that makes a container like one that is there.
#include "base/file.hpp"
#include "client/manager.hpp"
#include "slipway/container_unit.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace slipway::cli {

namespace {

Json describe_image(Context& context, const std::string& id)
{
    client::Manager manager{context.engine()};
    try {
        client::Image image{context.engine(), context.await(manager.find_image(id))};
        return parse_json(context.await(image.describe()));
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::no_such_image)
            throw;
        return nullptr;
    }
}

void write_new(const std::string& path, const std::string& text)
{
    const int made = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (made < 0 && errno == EEXIST)
        throw Failure{ErrorCode::name_taken,
                      path + " is there already; move it away, or choose another --output"};
    const Fd file{check(made, "make", path)};
    try {
        write_all(file.number(), text, path);
    } catch (...) {
        ::unlink(path.c_str());
        throw;
    }
}

} // namespace

int unit_export(Context& context, const Arguments& arguments)
{
    std::string name;
    std::optional<std::string> directory;
    Options options{"unit export [--output DIRECTORY] NAME",
                    "Writes a container as a .container file, from which its service makes one like it."};
    options.text("-o,--output", directory, "DIRECTORY",
                 "Write it there, as NAME.container, and print its path");
    options.operand("NAME", name, "The container, by name or beginning of the ID");
    options.parse(arguments);

    client::Manager manager{context.engine()};
    client::Container container{context.engine(), context.await(manager.find_container(name))};
    const Json description = parse_json(context.await(container.describe()));
    const std::string text =
        container_unit(description, describe_image(context, description.value("Image", "")));
    if (!directory) {
        print(text);
        return 0;
    }
    const std::string path = *directory + '/' + description.value("Name", name) + ".container";
    write_new(path, text);
    print_line(path);
    return 0;
}

} // namespace slipway::cli
