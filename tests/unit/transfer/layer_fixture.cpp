// SPDX-License-Identifier: LGPL-2.1-or-later
// LayerFixture: the library's calls as slipway-transfer makes them.
#include "layer_fixture.hpp"

#include "base/fd.hpp"
#include "transfer/assemble.hpp"

#include <algorithm>
#include <clocale>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace slipway::transfer::testing {

namespace fs = std::filesystem;

void LayerFixture::SetUp()
{
    std::setlocale(LC_CTYPE, "C.UTF-8"); // NOLINT: one thread
    ::umask(0);
    fs::create_directory(outside_);
}

Unpacked LayerFixture::unpack_bytes(const std::string& bytes, UnpackSettings settings, std::size_t piece)
{
    fs::remove_all(root_);
    fs::create_directory(root_);
    const Fd root{::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    const Fd recipe{::open(recipe_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    settings.recipe = recipe.number();
    std::size_t at = 0;
    return unpack(
        [&bytes, &at, piece](char* buffer, std::size_t size) {
            const std::size_t count = std::min({size, piece, bytes.size() - at});
            std::memcpy(buffer, bytes.data() + at, count);
            at += count;
            return count;
        },
        root.number(), settings);
}

Unpacked LayerFixture::unpack_layer(const std::string& bytes)
{
    return unpack_bytes(bytes, {.purpose = Purpose::layer});
}

std::optional<ErrorCode> LayerFixture::refusal_of(const std::string& bytes)
{
    try {
        unpack_layer(bytes);
    } catch (const Failure& failure) {
        return failure.code();
    }
    return std::nullopt;
}

std::string LayerFixture::assembled()
{
    const Fd root{::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    const Fd recipe{::open(recipe_.c_str(), O_RDONLY | O_CLOEXEC)};
    std::string bytes;
    BlobWriter out{[&bytes](std::string_view piece) { bytes += piece; }, Compression::none, 1};
    assemble(read_at(recipe.number()), root.number(), out);
    return bytes;
}

::testing::AssertionResult LayerFixture::comes_back(const std::string& bytes, Purpose purpose)
{
    // So that libarchive meets ends of blocks at all kinds of places.
    for (const std::size_t piece : {std::size_t{100'000}, std::size_t{513}, std::size_t{4099}}) {
        unpack_bytes(bytes, {.purpose = purpose}, piece);
        if (assembled() != bytes)
            return ::testing::AssertionFailure() << "other bytes, with pieces of " << piece;
    }
    return ::testing::AssertionSuccess();
}

bool LayerFixture::is_whiteout_at(const std::string& path) const
{
    struct stat status {};
    return ::lstat((root_ / path).c_str(), &status) == 0 && is_whiteout(status);
}

bool LayerFixture::is_opaque_at(const std::string& path) const
{
    char value = 0;
    return ::lgetxattr((root_ / path).c_str(), "trusted.overlay.opaque", &value, 1) == 1 && value == 'y';
}

} // namespace slipway::transfer::testing
