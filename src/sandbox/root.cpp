// SPDX-License-Identifier: LGPL-2.1-or-later
// Building a container's root: each mount is made detached and attached by descriptor, so that no symbolic
// link of the image leads it elsewhere.
#include "sandbox/root.hpp"

#include "kernel/mount.hpp"

#include <array>
#include <fcntl.h>
#include <filesystem>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

namespace slipway::sandbox {

namespace {

struct Options {
    kernel::MountParameters parameters; // for the file system
    std::uint64_t attributes = 0;       // for the mount
    bool is_bind = false;
    bool is_recursive = false;
};

struct AttributeRow {
    std::string_view option;
    std::uint64_t attribute;
};

constexpr std::array attribute_rows{
    AttributeRow{"ro", MOUNT_ATTR_RDONLY},
    AttributeRow{"nosuid", MOUNT_ATTR_NOSUID},
    AttributeRow{"nodev", MOUNT_ATTR_NODEV},
    AttributeRow{"noexec", MOUNT_ATTR_NOEXEC},
    AttributeRow{"noatime", MOUNT_ATTR_NOATIME},
    AttributeRow{"strictatime", MOUNT_ATTR_STRICTATIME},
    AttributeRow{"nodiratime", MOUNT_ATTR_NODIRATIME},
};

Options parse_options(const std::vector<std::string>& words)
{
    Options options;
    for (const std::string& word : words) {
        bool is_done = word == "rw" || word == "relatime" || word == "suid" || word == "dev" ||
                       word == "exec" || word == "private" || word == "rprivate";
        for (const AttributeRow& row : attribute_rows)
            if (row.option == word) {
                options.attributes |= row.attribute;
                is_done = true;
            }
        if (word == "bind" || word == "rbind") {
            options.is_bind = true;
            options.is_recursive = word == "rbind";
            is_done = true;
        }
        if (is_done)
            continue;
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos)
            options.parameters.emplace_back(word, "");
        else
            options.parameters.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    }
    return options;
}

// What shows the PID or cgroup namespace of whoever mounts it: the payload's own to mount.
bool is_late(const oci::Mount& mount)
{
    return mount.type == "proc" || mount.type == "cgroup" || mount.type == "cgroup2";
}

Fd open_place(const char* path, int flags)
{
    return Fd{check(::open(path, flags | O_PATH | O_CLOEXEC), "open", path)};
}

} // namespace

void leave_host_mounts()
{
    check(::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr), "detach from the host's mounts");
}

Fd attach_root(const LaunchRequest& request)
{
    std::string place = request.config.root.path;
    Fd below;
    kernel::MountFd mount;
    if (request.overlay) {
        const OverlayRequest& overlay = *request.overlay;
        place = std::filesystem::path{overlay.upper}.parent_path().native();
        mount = kernel::make_overlay(overlay.lower, overlay.upper, overlay.work);
        below = open_place(place.c_str(), O_DIRECTORY);
    } else {
        below = open_place(place.c_str(), O_DIRECTORY);
        mount = kernel::clone_mount(below, true);
    }
    if (request.config.root.readonly)
        kernel::set_attributes(mount, MOUNT_ATTR_RDONLY);
    kernel::attach(mount, below);
    return open_place(place.c_str(), O_DIRECTORY);
}

void make_mounts(const Fd& root, const oci::RuntimeConfig& config)
{
    for (const oci::Mount& wish : config.mounts) {
        if (is_late(wish))
            continue;
        const Options options = parse_options(wish.options);
        bool is_file = false;
        kernel::MountFd mount;
        if (options.is_bind) {
            const Fd source = open_place(wish.source.c_str(), 0);
            struct stat status {};
            check(::fstat(source.number(), &status), "look at", wish.source);
            is_file = !S_ISDIR(status.st_mode);
            mount = kernel::clone_mount(source, options.is_recursive);
            if (options.attributes != 0)
                kernel::set_attributes(mount, options.attributes);
        } else {
            mount = kernel::make_mount(wish.type, wish.source, options.parameters, options.attributes);
        }
        kernel::attach(mount, kernel::make_in_root(root, wish.destination, is_file));
    }
}

void make_devices(const Fd& root)
{
    const Fd directory = kernel::make_in_root(root, "/dev", false);
    struct Row {
        const char* name;
        unsigned major;
        unsigned minor;
    };
    static constexpr std::array rows{Row{"null", 1, 3},   Row{"zero", 1, 5},    Row{"full", 1, 7},
                                     Row{"random", 1, 8}, Row{"urandom", 1, 9}, Row{"tty", 5, 0}};
    for (const Row& row : rows) {
        if (::mknodat(directory.number(), row.name, S_IFCHR | 0666, makedev(row.major, row.minor)) < 0 &&
            errno != EEXIST)
            throw errno_failure(errno, "make the device", row.name);
        check(::fchmodat(directory.number(), row.name, 0666, 0), "set the mode of the device", row.name);
    }
    struct Link {
        const char* target;
        const char* name;
    };
    static constexpr std::array links{Link{"/proc/self/fd", "fd"}, Link{"/proc/self/fd/0", "stdin"},
                                      Link{"/proc/self/fd/1", "stdout"}, Link{"/proc/self/fd/2", "stderr"},
                                      Link{"pts/ptmx", "ptmx"}};
    for (const Link& link : links)
        if (::symlinkat(link.target, directory.number(), link.name) < 0 && errno != EEXIST)
            throw errno_failure(errno, "make the link", link.name);
}

void hide_paths(const Fd& root, const oci::Linux& settings)
{
    for (const std::string& path : settings.readonly_paths) {
        const Fd place = kernel::find_in_root(root, path, O_PATH | O_NOFOLLOW);
        if (!place)
            continue; // the kernel may lack it
        const kernel::MountFd mount = kernel::clone_mount(place, true);
        kernel::set_attributes(mount,
                               MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
        kernel::attach(mount, place);
    }
    kernel::MountFd empty;
    for (const std::string& path : settings.masked_paths) {
        const Fd place = kernel::find_in_root(root, path, O_PATH | O_NOFOLLOW);
        struct stat status {};
        if (!place || ::fstat(place.number(), &status) < 0)
            continue;
        if (S_ISDIR(status.st_mode)) {
            empty =
                kernel::make_mount("tmpfs", "tmpfs", {{"size", "0"}, {"nr_inodes", "1"}}, MOUNT_ATTR_RDONLY);
            kernel::attach(empty, place);
        } else {
            // The host's own node: one of the image's could be anything by now.
            kernel::attach(kernel::clone_mount(open_place("/dev/null", 0), false), place);
        }
    }
}

void enter_root(const Fd& root)
{
    check(::fchdir(root.number()), "enter the root");
    check(::syscall(SYS_pivot_root, ".", "."), "change the root");
    check(::umount2(".", MNT_DETACH), "leave the host's root");
    check(::chdir("/"), "enter the root");
}

void make_late_mounts(const oci::RuntimeConfig& config)
{
    const Fd root = open_place("/", O_DIRECTORY);
    for (const oci::Mount& wish : config.mounts) {
        if (!is_late(wish))
            continue;
        const Options options = parse_options(wish.options);
        const kernel::MountFd mount =
            kernel::make_mount(wish.type == "proc" ? "proc" : "cgroup2", wish.source, {}, options.attributes);
        kernel::attach(mount, kernel::make_in_root(root, wish.destination, false));
    }
}

} // namespace slipway::sandbox
