// SPDX-License-Identifier: LGPL-2.1-or-later
// System call filters, run as the kernel would: the default policy, and others.
#include "base/file.hpp"
#include "oci/runtime_config.hpp"
#include "sandbox/default_policy.hpp"
#include "sandbox/filter.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>

namespace slipway::sandbox {
namespace {

constexpr std::uint32_t allowed = SECCOMP_RET_ALLOW;

constexpr std::uint32_t error(std::uint32_t number)
{
    return SECCOMP_RET_ERRNO | number;
}

std::uint32_t native_architecture()
{
#if defined(__x86_64__)
    return AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
    return AUDIT_ARCH_AARCH64;
#else
    return 0;
#endif
}

// The kernel's answer to a call (Documentation/networking/filter.rst): the instructions that seccomp has.
std::uint32_t answer(const std::vector<sock_filter>& program, long call, std::uint64_t first = 0,
                     std::uint32_t architecture = native_architecture())
{
    seccomp_data data{};
    data.nr = static_cast<int>(call);
    data.arch = architecture;
    data.args[0] = first;
    std::array<std::uint32_t, sizeof(data) / 4> words{};
    std::memcpy(words.data(), &data, sizeof data);
    std::uint32_t accumulator = 0;
    for (std::size_t at = 0;; ++at) {
        const sock_filter& step = program.at(at);
        const auto jump = [&](bool is_true) { at += is_true ? step.jt : step.jf; };
        switch (step.code) {
        case BPF_LD | BPF_W | BPF_ABS:
            accumulator = words.at(step.k / 4);
            break;
        case BPF_ALU | BPF_AND | BPF_K:
            accumulator &= step.k;
            break;
        case BPF_JMP | BPF_JA:
            at += step.k;
            break;
        case BPF_JMP | BPF_JEQ | BPF_K:
            jump(accumulator == step.k);
            break;
        case BPF_JMP | BPF_JGE | BPF_K:
            jump(accumulator >= step.k);
            break;
        case BPF_JMP | BPF_JGT | BPF_K:
            jump(accumulator > step.k);
            break;
        case BPF_JMP | BPF_JSET | BPF_K:
            jump((accumulator & step.k) != 0);
            break;
        case BPF_RET | BPF_K:
            return step.k;
        default:
            ADD_FAILURE() << "an instruction of another kind: " << step.code;
            return 0;
        }
    }
}

std::vector<sock_filter> default_program(std::uint64_t bounding = 0)
{
    return Filter{bounding, ""}.program();
}

constexpr std::uint64_t bit(unsigned capability)
{
    return std::uint64_t{1} << capability;
}

TEST(TheDefaultPolicy, AllowsWhatProgramsLiveFrom)
{
    const auto program = default_program();
    for (const long call :
         {SYS_read, SYS_write, SYS_openat, SYS_execve, SYS_mmap, SYS_futex, SYS_clock_nanosleep, SYS_setuid,
          SYS_accept4, SYS_ptrace, SYS_statx, SYS_getrandom, SYS_rseq})
        EXPECT_EQ(answer(program, call), allowed) << call;
}

TEST(TheDefaultPolicy, RefusesWhatIsTheHosts)
{
    const auto program = default_program();
    for (const long call :
         {SYS_mount, SYS_umount2, SYS_reboot, SYS_init_module, SYS_kexec_load, SYS_bpf, SYS_keyctl,
          SYS_unshare, SYS_setns, SYS_pivot_root, SYS_swapon, SYS_open_by_handle_at, SYS_perf_event_open,
          SYS_userfaultfd, SYS_settimeofday, SYS_chroot, SYS_io_uring_setup, SYS_process_vm_readv})
        EXPECT_EQ(answer(program, call), error(EPERM)) << call;
}

TEST(TheDefaultPolicy, DoesNotKnowWhatIsNewerThanIt)
{
    EXPECT_EQ(answer(default_program(), 1500), error(ENOSYS));
    EXPECT_EQ(answer(default_program(), SYS_clone3), error(ENOSYS));
}

TEST(TheDefaultPolicy, AllowsThreadsAndNoNamespaces)
{
    const auto program = default_program();
    EXPECT_EQ(answer(program, SYS_clone, CLONE_VM | CLONE_FS | CLONE_THREAD | CLONE_SIGHAND), allowed);
    for (const std::uint64_t flag : {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET})
        EXPECT_EQ(answer(program, SYS_clone, flag | CLONE_VM), error(EPERM)) << flag;
}

TEST(TheDefaultPolicy, GivesWithACapabilityWhatBelongsToIt)
{
    EXPECT_EQ(answer(default_program(bit(CAP_SYS_CHROOT)), SYS_chroot), allowed);
    EXPECT_EQ(answer(default_program(bit(CAP_SYS_CHROOT)), SYS_mount), error(EPERM));
    const auto powerful = default_program(bit(CAP_SYS_ADMIN));
    for (const long call : {SYS_mount, SYS_unshare, SYS_clone3, SYS_setns})
        EXPECT_EQ(answer(powerful, call), allowed) << call;
    EXPECT_EQ(answer(powerful, SYS_clone, CLONE_NEWNS), allowed);
    EXPECT_EQ(answer(powerful, SYS_init_module), error(EPERM));
}

TEST(TheDefaultPolicy, KeepsTheHypervisorAndTheKernelsCryptographyAway)
{
    const auto program = default_program();
    for (const std::uint64_t family : {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET})
        EXPECT_EQ(answer(program, SYS_socket, family), allowed) << family;
    EXPECT_EQ(answer(program, SYS_socket, AF_VSOCK), error(EPERM));
    EXPECT_EQ(answer(program, SYS_socket, AF_ALG), error(EPERM));
}

TEST(TheDefaultPolicy, KnowsTheMachinesOtherArchitectures)
{
#if defined(__x86_64__)
    constexpr long read_of_i386 = 3;
    constexpr long mount_of_i386 = 21;
    EXPECT_EQ(answer(default_program(), read_of_i386, 0, AUDIT_ARCH_I386), allowed);
    EXPECT_EQ(answer(default_program(), mount_of_i386, 0, AUDIT_ARCH_I386), error(EPERM));
    EXPECT_EQ(answer(default_program(), SYS_read, 0, AUDIT_ARCH_AARCH64),
              std::uint32_t{SECCOMP_RET_KILL_THREAD});
#else
    GTEST_SKIP() << "x86-64 only";
#endif
}

oci::Seccomp policy(const std::string& rules)
{
    return oci::parse_runtime_config(
               R"({"linux": {"seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": )" + rules + "}}}")
        .value()
        .linux.seccomp.value();
}

TEST(AFilter, HasTheActionsOfItsPolicy)
{
    const Filter filter{
        policy(R"([{"names": ["getpid", "no_such_call"], "action": "SCMP_ACT_ERRNO", "errnoRet": 7},
                                   {"names": ["getppid"], "action": "SCMP_ACT_KILL_PROCESS"},
                                   {"names": ["gettid"], "action": "SCMP_ACT_TRAP"},
                                   {"names": ["getuid"], "action": "SCMP_ACT_LOG"}])"),
        ""};
    EXPECT_EQ(answer(filter.program(), SYS_getpid), error(7));
    EXPECT_EQ(answer(filter.program(), SYS_getppid), std::uint32_t{SECCOMP_RET_KILL_PROCESS});
    EXPECT_EQ(answer(filter.program(), SYS_gettid), std::uint32_t{SECCOMP_RET_TRAP});
    EXPECT_EQ(answer(filter.program(), SYS_getuid), std::uint32_t{SECCOMP_RET_LOG});
    EXPECT_EQ(answer(filter.program(), SYS_getgid), allowed);
}

TEST(AFilter, TakesSeveralConditionsOnOneArgumentForAlternatives)
{
    const Filter filter{policy(R"([{"names": ["personality"], "action": "SCMP_ACT_ERRNO",
                    "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}, {"index": 0, "value": 5, "op": "SCMP_CMP_EQ"}]}])"),
                        ""};
    EXPECT_EQ(answer(filter.program(), SYS_personality, 1), error(EPERM));
    EXPECT_EQ(answer(filter.program(), SYS_personality, 5), error(EPERM));
    EXPECT_EQ(answer(filter.program(), SYS_personality, 3), allowed);
}

std::size_t files_in(const std::filesystem::path& directory)
{
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator{directory}, std::filesystem::directory_iterator{}));
}

TEST(AFilter, IsCompiledOnce)
{
    const slipway::testing::TemporaryDirectory place;
    const std::filesystem::path directory = place.path() / "filters";
    const Filter first{std::uint64_t{0}, directory};
    ASSERT_EQ(files_in(directory), 1U);
    // What the second one has is the file's: it is not compiled again.
    const std::filesystem::path file = std::filesystem::directory_iterator
    {
        directory
        } -> path();
    std::string content = read_file(file);
    content.resize(content.size() - sizeof(sock_filter));
    replace_file(file, content, Durability::page_cache);
    EXPECT_EQ((Filter{std::uint64_t{0}, directory}.program().size()), first.program().size() - 1);
    EXPECT_EQ((Filter{bit(CAP_SYS_ADMIN), directory}.program().empty()), false);
    EXPECT_EQ(files_in(directory), 2U);
}

TEST(AFilter, OfAFileThatIsNotItsOwnIsCompiled)
{
    const slipway::testing::TemporaryDirectory place;
    const std::filesystem::path directory = place.path() / "filters";
    const Filter first{std::uint64_t{0}, directory};
    const std::filesystem::path file = std::filesystem::directory_iterator
    {
        directory
        } -> path();
    for (const std::string& content :
         {std::string{}, std::string{"other policy\n"}, std::string(5, '\0'), read_file(file) + "x"})
    {
        replace_file(file, content, Durability::page_cache);
        EXPECT_EQ((Filter{std::uint64_t{0}, directory}.program().size()), first.program().size());
    }
}

TEST(AFilter, IsNotKeptWhereOthersMayWrite)
{
    const slipway::testing::TemporaryDirectory place;
    const std::filesystem::path directory = place.path() / "filters";
    std::filesystem::create_directory(directory);
    std::filesystem::permissions(directory, std::filesystem::perms::all);
    EXPECT_FALSE((Filter{std::uint64_t{0}, directory}.program().empty()));
    EXPECT_EQ(files_in(directory), 0U);
}

} // namespace
} // namespace slipway::sandbox
