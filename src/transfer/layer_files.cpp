// SPDX-License-Identifier: LGPL-2.1-or-later
// LayerFiles: one directory and one file are kept open, since records follow each other in a directory's
// order.
#include "transfer/layer_files.hpp"

#include "base/failure.hpp"
#include "transfer/directory_finder.hpp"
#include "transfer/entry_name.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

namespace slipway::transfer {

namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& reason)
{
    throw Failure{ErrorCode::damaged_layer, "the layer's file " + in_quotes(path) + " " + reason +
                                                ": remove the image and get it again"};
}

} // namespace

int LayerFiles::open(const std::string& path)
{
    if (file_ && path == file_path_)
        return file_.number();
    file_.reset();
    const auto [parent, base] = split(path);
    if (!directory_ || parent != directory_path_) {
        directory_ = find_directory(root_, parent, Links::refuse);
        if (!directory_)
            refuse(path, errno == ENOENT ? "is gone" : "cannot be reached");
        directory_path_ = parent;
    }
    // A named pipe would keep us waiting.
    file_.reset(::openat(directory_.number(), base.c_str(),
                         O_RDONLY | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    if (!file_ && (errno == ENOENT || errno == ELOOP || errno == ENXIO))
        refuse(path, errno == ENOENT ? "is gone" : "is none any more");
    check_entry(file_.number(), "open", path);
    struct stat status {};
    check_entry(::fstat(file_.number(), &status), "look at", path);
    if (!S_ISREG(status.st_mode))
        refuse(path, "is none any more");
    file_path_ = path;
    return file_.number();
}

} // namespace slipway::transfer
