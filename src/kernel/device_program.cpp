// SPDX-License-Identifier: LGPL-2.1-or-later
// Device access by BPF: a chain of comparisons, the last rule first.
#include "kernel/device_program.hpp"

#include "base/failure.hpp"

#include <array>
#include <string>
#include <sys/syscall.h>
#include <unistd.h>

namespace slipway::kernel {

namespace {

// Where the program keeps what it is asked (struct bpf_cgroup_dev_ctx).
constexpr std::uint8_t answer = BPF_REG_0;
constexpr std::uint8_t context_register = BPF_REG_1;
constexpr std::uint8_t kind_asked = BPF_REG_2;
constexpr std::uint8_t access_asked = BPF_REG_3;
constexpr std::uint8_t major_asked = BPF_REG_4;
constexpr std::uint8_t minor_asked = BPF_REG_5;
constexpr std::uint8_t scratch = BPF_REG_6;

constexpr unsigned all_access = BPF_DEVCG_ACC_MKNOD | BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE;

bpf_insn instruction(unsigned code, std::uint8_t target, std::uint8_t source, std::int16_t offset,
                     std::int32_t value)
{
    bpf_insn made{};
    made.code = static_cast<std::uint8_t>(code);
    made.dst_reg = target & 15U;
    made.src_reg = source & 15U;
    made.off = offset;
    made.imm = value;
    return made;
}

bpf_insn load(std::uint8_t target, std::size_t offset)
{
    return instruction(BPF_LDX | BPF_W | BPF_MEM, target, context_register, static_cast<std::int16_t>(offset),
                       0);
}

bpf_insn calculate(unsigned operation, std::uint8_t target, std::int32_t value)
{
    return instruction(BPF_ALU | operation | BPF_K, target, 0, 0, value);
}

// "Is it another one? Then on to the next rule." Where that is, is filled in when the rule's length is known.
bpf_insn unless_equal(std::uint8_t asked, std::uint32_t value)
{
    return instruction(BPF_JMP32 | BPF_JNE | BPF_K, asked, 0, 0, static_cast<std::int32_t>(value));
}

std::vector<bpf_insn> compile(const DeviceAccess& rule)
{
    std::vector<bpf_insn> code;
    if (rule.kind != DeviceKind::any)
        code.push_back(unless_equal(kind_asked, rule.kind == DeviceKind::block ? BPF_DEVCG_DEV_BLOCK
                                                                               : BPF_DEVCG_DEV_CHAR));
    if (rule.access != all_access) {
        // An allowance must cover all that is asked, a refusal any of it.
        code.push_back(instruction(BPF_ALU | BPF_MOV | BPF_X, scratch, access_asked, 0, 0));
        code.push_back(calculate(BPF_AND, scratch, static_cast<std::int32_t>(rule.access)));
        if (rule.is_allowed)
            code.push_back(instruction(BPF_JMP32 | BPF_JNE | BPF_X, scratch, access_asked, 0, 0));
        else
            code.push_back(instruction(BPF_JMP32 | BPF_JEQ | BPF_K, scratch, 0, 0, 0));
    }
    if (rule.major)
        code.push_back(unless_equal(major_asked, *rule.major));
    if (rule.minor)
        code.push_back(unless_equal(minor_asked, *rule.minor));
    code.push_back(calculate(BPF_MOV, answer, rule.is_allowed ? 1 : 0));
    code.push_back(instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0));
    for (std::size_t i = 0; i < code.size(); ++i)
        if ((code[i].code & 7U) == BPF_JMP32)
            code[i].off = static_cast<std::int16_t>(code.size() - i - 1);
    return code;
}

int call_bpf(int command, bpf_attr& attributes)
{
    return static_cast<int>(::syscall(SYS_bpf, command, &attributes, sizeof attributes));
}

std::uint64_t address_of(const void* place)
{
    return reinterpret_cast<std::uint64_t>(place); // NOLINT: the kernel's interface
}

} // namespace

std::vector<bpf_insn> device_program(const std::vector<DeviceAccess>& rules)
{
    std::vector<bpf_insn> code{
        load(kind_asked, offsetof(bpf_cgroup_dev_ctx, access_type)),
        calculate(BPF_AND, kind_asked, 0xFFFF),
        load(access_asked, offsetof(bpf_cgroup_dev_ctx, access_type)),
        calculate(BPF_RSH, access_asked, 16),
        load(major_asked, offsetof(bpf_cgroup_dev_ctx, major)),
        load(minor_asked, offsetof(bpf_cgroup_dev_ctx, minor)),
    };
    for (auto rule = rules.rbegin(); rule != rules.rend(); ++rule) {
        const std::vector<bpf_insn> part = compile(*rule);
        code.insert(code.end(), part.begin(), part.end());
        // Nothing gets past a rule for everything, and the kernel refuses code that nothing gets to.
        if (part.size() == 2)
            return code;
    }
    code.push_back(calculate(BPF_MOV, answer, 0));
    code.push_back(instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0));
    return code;
}

void restrict_devices(const Fd& cgroup, const std::vector<DeviceAccess>& rules)
{
    const std::vector<bpf_insn> code = device_program(rules);
    static constexpr std::array license{'L', 'G', 'P', 'L', '\0'};
    bpf_attr load_attributes{};
    load_attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
    load_attributes.insn_cnt = static_cast<std::uint32_t>(code.size());
    load_attributes.insns = address_of(code.data());
    load_attributes.license = address_of(license.data());
    const Fd program{
        check(call_bpf(BPF_PROG_LOAD, load_attributes), "linux.resources.devices: load the program")};
    // Those of an earlier call are ours too: with several, each would have to agree.
    std::array<std::uint32_t, 64> earlier{};
    bpf_attr query{};
    query.query.target_fd = static_cast<std::uint32_t>(cgroup.number());
    query.query.attach_type = BPF_CGROUP_DEVICE;
    query.query.prog_ids = address_of(earlier.data());
    query.query.prog_cnt = earlier.size();
    const bool has_earlier = call_bpf(BPF_PROG_QUERY, query) == 0;
    bpf_attr attach{};
    attach.target_fd = static_cast<std::uint32_t>(cgroup.number());
    attach.attach_bpf_fd = static_cast<std::uint32_t>(program.number());
    attach.attach_type = BPF_CGROUP_DEVICE;
    attach.attach_flags = BPF_F_ALLOW_MULTI;
    check(call_bpf(BPF_PROG_ATTACH, attach), "linux.resources.devices: attach the program");
    for (std::uint32_t i = 0; has_earlier && i < query.query.prog_cnt && i < earlier.size(); ++i) {
        bpf_attr by_id{};
        by_id.prog_id = earlier.at(i);
        const Fd old{call_bpf(BPF_PROG_GET_FD_BY_ID, by_id)};
        bpf_attr detach{};
        detach.target_fd = static_cast<std::uint32_t>(cgroup.number());
        detach.attach_bpf_fd = static_cast<std::uint32_t>(old.number());
        detach.attach_type = BPF_CGROUP_DEVICE;
        static_cast<void>(call_bpf(BPF_PROG_DETACH, detach));
    }
}

} // namespace slipway::kernel
