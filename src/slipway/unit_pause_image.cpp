// SPDX-License-Identifier: LGPL-2.1-or-later
// unit pause-image: the image of slipway-pause, made of the program that is installed, so that pods need no
// registry.
#include "base/file.hpp"
#include "client/manager.hpp"
#include "slipway/archive.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"
#include "slipway_config.hpp"

#include <array>
#include <cstring>

namespace slipway::cli {

namespace {

constexpr const char* pause_program = SLIPWAY_PROGRAM_DIRECTORY "/slipway-pause";
// The version is its tag, so that an update of slipway makes a new one; pods run the one without.
constexpr const char* pause_image = "localhost/slipway-pause:" SLIPWAY_VERSION;
constexpr const char* pause_image_of_pods = "localhost/slipway-pause:latest";
constexpr std::size_t block = 512;

std::string octal(std::size_t number, std::size_t width)
{
    std::string digits(width, '0');
    for (std::size_t i = width; i-- > 0; number /= 8)
        digits[i] = static_cast<char>('0' + number % 8);
    return digits;
}

// One file, "pause", in an archive (POSIX.1-1988, ustar).
std::string archive_of(const std::string& content)
{
    std::array<char, block> header{};
    const auto put = [&header](std::size_t offset, std::string_view text) {
        std::memcpy(header.data() + offset, text.data(), text.size());
    };
    put(0, "pause");
    put(100, "0000755");                 // mode
    put(108, "0000000");                 // user
    put(116, "0000000");                 // group
    put(124, octal(content.size(), 11)); // bytes
    put(136, "00000000000");             // time: the image is the same on every machine
    put(148, "        ");                // checksum, blanks while it is summed
    put(156, "0");                       // a file
    put(257, std::string_view{"ustar\00000", 8});
    unsigned sum = 0;
    for (const char byte : header)
        sum += static_cast<unsigned char>(byte);
    put(148, octal(sum, 6));
    header[148 + 6] = '\0';
    std::string archive{header.data(), header.size()};
    archive += content;
    archive.append((block - content.size() % block) % block + 2 * block, '\0');
    return archive;
}

std::optional<std::string> find_pause_image(Context& context)
{
    client::Manager manager{context.engine()};
    try {
        return context.await(manager.find_image(pause_image));
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::no_such_image)
            throw;
        return std::nullopt;
    }
}

} // namespace

int unit_pause_image(Context& context, const Arguments& arguments)
{
    bool is_quiet = false;
    Options options{"unit pause-image [-q]",
                    "Makes the image of slipway-pause, if it is not here, and prints its name. Services of "
                    "pods do so before they start."};
    options.flag("-q,--quiet", is_quiet, "Do not print the name");
    options.parse(arguments);

    if (!find_pause_image(context)) {
        Fd archive = make_memory_file("pause image", archive_of(read_file(pause_program)));
        client::Manager manager{context.engine()};
        const std::string path = run_archive_job(context, std::move(archive), [&](int descriptor) {
            return manager.import_image(descriptor, pause_image, {"ENTRYPOINT [\"/pause\"]"});
        });
        client::Image image{context.engine(), path};
        context.await(image.tag(pause_image_of_pods));
    }
    if (!is_quiet)
        print_line(pause_image);
    return 0;
}

} // namespace slipway::cli
