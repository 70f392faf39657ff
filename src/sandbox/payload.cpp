// SPDX-License-Identifier: LGPL-2.1-or-later
// The payload's own last steps, in the order in which they lose power.
#include "sandbox/payload.hpp"

#include "base/packet.hpp"
#include "kernel/mount.hpp"
#include "sandbox/namespaces.hpp"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/capability.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace slipway::sandbox {

namespace {

struct CapabilityBits {
    std::uint64_t bounding = 0;
    std::uint64_t effective = 0;
    std::uint64_t permitted = 0;
    std::uint64_t inheritable = 0;
};

std::uint64_t bits_of(const std::vector<std::string>& names)
{
    std::uint64_t bits = 0;
    for (const std::string& name : names) {
        cap_value_t value = 0;
        if (::cap_from_name(name.c_str(), &value) < 0)
            throw Failure{ErrorCode::invalid_argument, "process.capabilities: unknown capability " + name};
        bits |= std::uint64_t{1} << static_cast<unsigned>(value);
    }
    return bits;
}

void drop_bounding(std::uint64_t kept)
{
    for (unsigned capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability)
        if ((kept >> capability & 1U) == 0)
            check(::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0), "drop a capability");
}

void set_capabilities(const CapabilityBits& bits)
{
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2]{}; // NOLINT: capset(2) wants an array
    for (unsigned half = 0; half < 2; ++half) {
        data[half].effective = static_cast<std::uint32_t>(bits.effective >> (32 * half));
        data[half].permitted = static_cast<std::uint32_t>(bits.permitted >> (32 * half));
        data[half].inheritable = static_cast<std::uint32_t>(bits.inheritable >> (32 * half));
    }
    check(::syscall(SYS_capset, &header, &data), "set the capabilities");
}

void take_terminal(int conversation, bool is_console)
{
    const Fd master{check(::open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC), "open", "/dev/pts/ptmx")};
    int unlock = 0;
    check(::ioctl(master.number(), TIOCSPTLCK, &unlock), "unlock the terminal");
    const Fd slave{check(::ioctl(master.number(), TIOCGPTPEER, O_RDWR | O_NOCTTY), "open the terminal")};
    check(::ioctl(slave.number(), TIOCSCTTY, 0), "make it the controlling terminal");
    if (is_console) {
        const Fd node{check(
            ::open("/dev/console", O_CREAT | O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600),
            "make", "/dev/console")};
        kernel::attach(kernel::clone_mount(slave, kernel::Depth::one), node);
    }
    for (int number = 0; number < 3; ++number)
        check(::dup2(slave.number(), number), "take the terminal");
    send_packet(conversation, R"({"event":"terminal"})", {master.number()});
}

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

[[noreturn]] void refuse(const std::string& program, int error)
{
    if (error == ENOENT || error == ENOTDIR)
        throw Failure{ErrorCode::command_not_found, "command not found: " + program +
                                                        " (no such file in the container, or its interpreter "
                                                        "is missing)"};
    throw Failure{ErrorCode::command_not_executable,
                  "command not executable: " + errno_failure(error, program).message()};
}

[[noreturn]] void execute(const oci::Process& process, const std::vector<std::string>& environment)
{
    const std::string& program = process.args.front();
    const std::vector<char*> arguments = pointers(process.args);
    const std::vector<char*> variables = pointers(environment);
    if (program.find('/') != std::string::npos) {
        ::execve(program.c_str(), arguments.data(), variables.data());
        refuse(program, errno);
    }
    // As execvp(3): a later directory may have it; what exists but may not be executed is remembered.
    int error = ENOENT;
    const std::string path = path_of(environment);
    for (std::size_t begin = 0; begin <= path.size() && !program.empty();) {
        const std::size_t end = std::min(path.find(':', begin), path.size());
        const std::string directory = path.substr(begin, end - begin);
        begin = end + 1;
        ::execve(((directory.empty() ? "." : directory) + "/" + program).c_str(), arguments.data(),
                 variables.data());
        if (errno != ENOENT && errno != ENOTDIR)
            error = errno;
    }
    refuse(program, error);
}

void reset_signals()
{
    for (int signal = 1; signal < NSIG; ++signal)
        ::signal(signal, SIG_DFL); // NOLINT: some cannot be set, and need not
    sigset_t none{};
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

} // namespace

void become_payload(const Birth& birth)
{
    const oci::Linux& settings = birth.request.config.linux;
    const oci::Process& process = *birth.request.config.process;
    const ResolvedUser& user = birth.user;
    check(::setsid(), "begin a session");
    if (oci::find_namespace(settings, oci::NamespaceType::user) != nullptr)
        become_its_root();
    if (birth.root != nullptr) {
        if (oci::find_namespace(settings, oci::NamespaceType::cgroup) != nullptr)
            check(::unshare(CLONE_NEWCGROUP), "make a cgroup namespace");
        birth.root->finish(birth.door);
        birth.root->enter();
    }
    if (process.terminal)
        take_terminal(birth.conversation, birth.root != nullptr);

    if (::chdir(process.cwd.c_str()) < 0) {
        // An image's working directory need not be there before the first container.
        std::string made;
        for (std::size_t begin = 1; begin <= process.cwd.size();) {
            const std::size_t end = std::min(process.cwd.find('/', begin), process.cwd.size());
            made = process.cwd.substr(0, end);
            begin = end + 1;
            if (::mkdir(made.c_str(), 0755) < 0 && errno != EEXIST)
                throw errno_failure(errno, "make the working directory", made);
        }
        check(::chdir(process.cwd.c_str()), "enter the working directory", process.cwd);
    }
    ::umask(user.ids.umask.value_or(022));

    CapabilityBits bits;
    if (process.capabilities) {
        bits.bounding = bits_of(process.capabilities->bounding);
        bits.effective = bits_of(process.capabilities->effective);
        bits.permitted = bits_of(process.capabilities->permitted);
        bits.inheritable = bits_of(process.capabilities->inheritable);
    }
    drop_bounding(bits.bounding);
    const std::vector<gid_t> groups(user.ids.additional_gids.begin(), user.ids.additional_gids.end());
    check(::setgroups(groups.size(), groups.data()), "set the groups");
    check(::setresgid(user.ids.gid, user.ids.gid, user.ids.gid), "set the group");
    check(::setresuid(user.ids.uid, user.ids.uid, user.ids.uid), "set the user");
    if (user.ids.uid == 0)
        set_capabilities(bits);
    if (process.no_new_privileges) {
        check(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "give up new privileges");
        birth.filter.load();
    }
    check(::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0), "follow the monitor");
    reset_signals();
    check(::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC), "close descriptors");

    std::vector<std::string> environment = process.env;
    if (std::none_of(environment.begin(), environment.end(),
                     [](const std::string& variable) { return variable.starts_with("HOME="); }))
        environment.push_back("HOME=" + user.home);
    execute(process, environment);
}

} // namespace slipway::sandbox
