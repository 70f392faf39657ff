// SPDX-License-Identifier: LGPL-2.1-or-later
// Compare: one pair of directories is open at a time, however deep the trees are.
#include "transfer/compare.hpp"

#include "base/failure.hpp"
#include "transfer/attributes.hpp"
#include "transfer/directory_finder.hpp"
#include "transfer/directory_names.hpp"
#include "transfer/entry_name.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::transfer {

namespace {

// Of these lines each names an entry, whose name may be long.
constexpr std::size_t told_differences = 16;

bool is_compared_attribute(std::string_view name)
{
    return is_kept_attribute(name) || name.starts_with("trusted.overlay.") ||
           name.starts_with("user.overlay.");
}

const char* kind_of(const struct stat& status)
{
    switch (status.st_mode & S_IFMT) {
    case S_IFREG:
        return "a file";
    case S_IFDIR:
        return "a directory";
    case S_IFLNK:
        return "a symbolic link";
    case S_IFIFO:
        return "a named pipe";
    case S_IFCHR:
        return status.st_rdev == 0 ? "a whiteout" : "a device";
    default:
        return "something else";
    }
}

std::string octal(mode_t mode)
{
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%04o", mode & 07777U); // NOLINT: bounded
    return text.data();
}

std::string owner_of(const struct stat& status)
{
    return std::to_string(status.st_uid) + ":" + std::to_string(status.st_gid);
}

std::string target_of(const Fd& directory, const std::string& base, const std::string& path)
{
    std::string target(4096, '\0'); // PATH_MAX
    const ssize_t length = ::readlinkat(directory.number(), base.c_str(), target.data(), target.size());
    check_entry(length < 0 ? -1 : 0, "read the symbolic link", path);
    target.resize(static_cast<std::size_t>(length));
    return target;
}

class Comparison {
  public:
    Comparison(int found, int expected, std::time_t made_since)
        : found_{found}, expected_{expected}, made_since_{made_since}
    {
    }

    Differences run()
    {
        left_.emplace_back();
        while (!left_.empty()) {
            const std::string path = std::move(left_.back());
            left_.pop_back();
            compare_directories(path);
        }
        return std::move(differences_);
    }

  private:
    void differs(const std::string& path, const std::string& how)
    {
        ++differences_.count;
        if (differences_.lines.size() < told_differences)
            differences_.lines.push_back((path.empty() ? std::string{"its root"} : in_quotes(path)) + " " +
                                         how);
    }

    void compare_directories(const std::string& path)
    {
        const Fd found = find_directory(found_, path, Links::refuse);
        check_entry(found.number(), "open", path);
        const Fd expected = find_directory(expected_, path, Links::refuse);
        check_entry(expected.number(), "open", path);
        struct stat found_status {};
        struct stat expected_status {};
        check_entry(::fstat(found.number(), &found_status), "look at", path);
        check_entry(::fstat(expected.number(), &expected_status), "look at", path);
        compare_status(path, found_status, expected_status);
        compare_attributes(path, found, expected);
        const std::vector<std::string> there = names_in(found, path);
        const std::vector<std::string> wanted = names_in(expected, path);
        auto one = there.begin();
        auto other = wanted.begin();
        while (one != there.end() || other != wanted.end()) {
            if (other == wanted.end() || (one != there.end() && *one < *other))
                differs(below(path, *one++), "is there, and was not unpacked");
            else if (one == there.end() || *other < *one)
                differs(below(path, *other++), "is missing");
            else {
                compare_entries(found, expected, *one, below(path, *one));
                ++one;
                ++other;
            }
        }
    }

    static std::string below(const std::string& path, const std::string& base)
    {
        return path.empty() ? base : path + "/" + base;
    }

    void compare_entries(const Fd& found, const Fd& expected, const std::string& base,
                         const std::string& path)
    {
        struct stat there {};
        struct stat wanted {};
        check_entry(::fstatat(found.number(), base.c_str(), &there, AT_SYMLINK_NOFOLLOW), "look at", path);
        check_entry(::fstatat(expected.number(), base.c_str(), &wanted, AT_SYMLINK_NOFOLLOW), "look at",
                    path);
        if ((there.st_mode & S_IFMT) != (wanted.st_mode & S_IFMT) || there.st_rdev != wanted.st_rdev)
            return differs(path, std::string{"is "} + kind_of(there) + " instead of " + kind_of(wanted));
        if (S_ISDIR(there.st_mode)) { // looked at when it is their turn
            left_.push_back(path);
            return;
        }
        compare_status(path, there, wanted);
        if (S_ISLNK(there.st_mode)) {
            if (target_of(found, base, path) != target_of(expected, base, path))
                differs(path, "leads elsewhere");
        } else if (S_ISREG(there.st_mode)) {
            compare_attributes(path, open_file(found, base, path), open_file(expected, base, path));
        }
    }

    void compare_status(const std::string& path, const struct stat& there, const struct stat& wanted)
    {
        if (owner_of(there) != owner_of(wanted))
            differs(path, "belongs to " + owner_of(there) + " instead of " + owner_of(wanted));
        if ((there.st_mode & 07777U) != (wanted.st_mode & 07777U))
            differs(path, "has the mode " + octal(there.st_mode) + " instead of " + octal(wanted.st_mode));
        if (S_ISREG(there.st_mode) && there.st_size != wanted.st_size)
            differs(path, "has " + std::to_string(there.st_size) + " bytes instead of " +
                              std::to_string(wanted.st_size));
        if (!S_ISDIR(there.st_mode) && there.st_nlink != wanted.st_nlink)
            differs(path, "has " + std::to_string(there.st_nlink) + " names instead of " +
                              std::to_string(wanted.st_nlink));
        if (wanted.st_mtim.tv_sec < made_since_ && (there.st_mtim.tv_sec != wanted.st_mtim.tv_sec ||
                                                    there.st_mtim.tv_nsec != wanted.st_mtim.tv_nsec))
            differs(path, "has another time");
    }

    void compare_attributes(const std::string& path, const Fd& found, const Fd& expected)
    {
        const std::vector<Xattr> there = attributes_of(found, path, &is_compared_attribute);
        const std::vector<Xattr> wanted = attributes_of(expected, path, &is_compared_attribute);
        const auto value_in = [](const std::vector<Xattr>& list, const std::string& name) {
            return std::find_if(list.begin(), list.end(), [&name](const Xattr& x) { return x.name == name; });
        };
        for (const Xattr& attribute : wanted)
            if (const auto here = value_in(there, attribute.name); here == there.end())
                differs(path, "has lost its attribute " + in_quotes(attribute.name));
            else if (here->value != attribute.value)
                differs(path, "has another value of the attribute " + in_quotes(attribute.name));
        for (const Xattr& attribute : there)
            if (value_in(wanted, attribute.name) == wanted.end())
                differs(path, "has the attribute " + in_quotes(attribute.name) + ", which was not unpacked");
    }

    // The filter of system calls wants these flags.
    static Fd open_file(const Fd& directory, const std::string& base, const std::string& path)
    {
        Fd file{::openat(directory.number(), base.c_str(),
                         O_RDONLY | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
        check_entry(file.number(), "open", path);
        return file;
    }

    int found_;
    int expected_;
    std::time_t made_since_;
    std::vector<std::string> left_; // directories
    Differences differences_;
};

} // namespace

Differences compare(int found, int expected, std::time_t made_since)
{
    return Comparison{found, expected, made_since}.run();
}

} // namespace slipway::transfer
