// SPDX-License-Identifier: LGPL-2.1-or-later
// New files and directories: mkostemp(3), mkdtemp(3), rename(2).
#include "slipway/new_output.hpp"

#include "base/failure.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::cli {

namespace {

constexpr mode_t directory_mode = 0777;

// Beside PATH, on its file system; a link is followed, so that what it leads to is replaced.
std::string template_beside(std::filesystem::path& path)
{
    while (!path.has_filename() && path.has_relative_path())
        path = path.parent_path(); // "directory/"
    std::error_code error;
    const std::filesystem::path whole = std::filesystem::weakly_canonical(path, error);
    if (!error)
        path = whole;
    return path.native() + ".XXXXXX";
}

} // namespace

NewFile::NewFile(const std::filesystem::path& path) : path_{path}
{
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
        file_.reset(check(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY), "open", path.native()));
        return;
    }
    std::string name = template_beside(path_);
    file_.reset(check(::mkostemp(name.data(), O_CLOEXEC), "create", path_.native()));
    draft_ = name;
}

NewFile::~NewFile()
{
    if (!draft_.empty())
        ::unlink(draft_.c_str());
}

void NewFile::keep()
{
    if (draft_.empty())
        return;
    check(::rename(draft_.c_str(), path_.c_str()), "rename to", path_.native());
    draft_.clear();
}

NewDirectory::NewDirectory(const std::filesystem::path& path) : path_{path}
{
    std::error_code error;
    if (std::filesystem::exists(path, error) && !std::filesystem::is_empty(path, error))
        throw Failure{ErrorCode::invalid_argument,
                      path.native() + " is there and no empty directory: take another name"};
    std::string name = template_beside(path_);
    if (::mkdtemp(name.data()) == nullptr)
        throw errno_failure(errno, "make the directory", path_.native());
    draft_ = name;
    const mode_t mask = ::umask(0);
    ::umask(mask);
    ::chmod(draft_.c_str(), directory_mode & ~mask);
}

NewDirectory::~NewDirectory()
{
    std::error_code error;
    if (!draft_.empty())
        std::filesystem::remove_all(draft_, error);
}

void NewDirectory::keep()
{
    check(::rename(draft_.c_str(), path_.c_str()), "rename to", path_.native());
    draft_.clear();
}

} // namespace slipway::cli
