// SPDX-License-Identifier: LGPL-2.1-or-later
// Executing: execve(2) by PATH.
#include "sandbox/execute.hpp"

#include "base/failure.hpp"

#include <algorithm>
#include <fcntl.h>
#include <functional>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::sandbox {

namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts)
{
    std::vector<char*> list;
    list.reserve(texts.size() + 1);
    for (const std::string& text : texts)
        list.push_back(const_cast<char*>(text.c_str())); // NOLINT: execve(2) does not write
    list.push_back(nullptr);
    return list;
}

std::string path_of(const std::vector<std::string>& environment)
{
    for (const std::string& variable : environment)
        if (variable.starts_with("PATH="))
            return variable.substr(5);
    return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

// Other engines look for these words to tell one from the other.
[[noreturn]] void refuse(const std::string& program, int error)
{
    if (error == ENOENT || error == ENOTDIR) {
        if (program.find('/') == std::string::npos)
            throw Failure{ErrorCode::command_not_found, "command not found: " + program +
                                                            " (executable file not found in $PATH: No such "
                                                            "file or directory)"};
        throw Failure{ErrorCode::command_not_found,
                      "command not found: " + program +
                          ": No such file or directory (in the container, or its interpreter is missing)"};
    }
    throw Failure{ErrorCode::command_not_executable,
                  "command not executable: " + errno_failure(error, program).message()};
}

// Calls TRY with each place where PROGRAM may be until it returns 0; otherwise the error to tell.
int for_each_place(const std::string& program, const std::vector<std::string>& environment,
                   const std::function<int(const char*)>& attempt)
{
    if (program.find('/') != std::string::npos)
        return attempt(program.c_str());
    // A later directory may have it; what exists but may not be executed is remembered.
    int error = ENOENT;
    const std::string path = path_of(environment);
    for (std::size_t begin = 0; begin <= path.size() && !program.empty();) {
        const std::size_t end = std::min(path.find(':', begin), path.size());
        const std::string directory = path.substr(begin, end - begin);
        begin = end + 1;
        const int result = attempt(((directory.empty() ? "." : directory) + "/" + program).c_str());
        if (result == 0)
            return 0;
        if (result != ENOENT && result != ENOTDIR)
            error = result;
    }
    return error;
}

int obstacle_to(const char* path)
{
    struct stat status {};
    if (::stat(path, &status) < 0)
        return errno;
    if (S_ISDIR(status.st_mode))
        return EISDIR;
    return ::faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) < 0 ? errno : 0;
}

} // namespace

void require_program(const std::string& program, const std::vector<std::string>& environment)
{
    if (const int error = for_each_place(program, environment, obstacle_to); error != 0)
        refuse(program, error);
}

void execute(const std::vector<std::string>& arguments, const std::vector<std::string>& environment)
{
    const std::vector<char*> words = pointers(arguments);
    const std::vector<char*> variables = pointers(environment);
    const int error = for_each_place(arguments.front(), environment, [&](const char* path) {
        ::execve(path, words.data(), variables.data());
        return errno;
    });
    refuse(arguments.front(), error);
}

} // namespace slipway::sandbox
