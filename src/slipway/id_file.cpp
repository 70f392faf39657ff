// SPDX-License-Identifier: LGPL-2.1-or-later
// IdFile: made before the container, so that a file that is there already stops us.
#include "slipway/id_file.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace slipway::cli {

IdFile::IdFile(const std::optional<std::string>& path) : path_{path.value_or("")}
{
    if (!path_.empty())
        file_ =
            Fd{check(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644), "make", path_)};
}

IdFile::~IdFile()
{
    if (file_ && !is_written_)
        ::unlink(path_.c_str());
}

void IdFile::write(const std::string& id)
{
    if (!file_)
        return;
    write_all(file_.number(), id, path_);
    is_written_ = true;
}

} // namespace slipway::cli
