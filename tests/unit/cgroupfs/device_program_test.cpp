// SPDX-License-Identifier: LGPL-2.1-or-later
// Device programs, run as the kernel would.
#include "cgroupfs/settings.hpp"
#include "kernel/device_program.hpp"

#include <gtest/gtest.h>

#include <array>

namespace slipway::cgroupfs {
namespace {

struct Asked {
    unsigned access;
    unsigned kind;
    unsigned major;
    unsigned minor;
};

// Those few instructions that such a program has.
bool is_allowed(const std::vector<bpf_insn>& program, const Asked& asked)
{
    const std::array<std::uint32_t, 3> context{asked.access << 16U | asked.kind, asked.major, asked.minor};
    std::array<std::uint32_t, 11> registers{};
    for (std::size_t at = 0;; ++at) {
        const bpf_insn& step = program.at(at);
        std::uint32_t& target = registers.at(step.dst_reg);
        const std::uint32_t source =
            (step.code & BPF_X) != 0 ? registers.at(step.src_reg) : static_cast<std::uint32_t>(step.imm);
        switch (step.code) {
        case BPF_LDX | BPF_W | BPF_MEM:
            target = context.at(static_cast<std::size_t>(step.off) / 4);
            break;
        case BPF_ALU | BPF_AND | BPF_K:
            target &= source;
            break;
        case BPF_ALU | BPF_RSH | BPF_K:
            target >>= source;
            break;
        case BPF_ALU | BPF_MOV | BPF_K:
        case BPF_ALU | BPF_MOV | BPF_X:
            target = source;
            break;
        case BPF_JMP32 | BPF_JNE | BPF_K:
        case BPF_JMP32 | BPF_JNE | BPF_X:
            at += target != source ? static_cast<std::size_t>(step.off) : 0;
            break;
        case BPF_JMP32 | BPF_JEQ | BPF_K:
            at += target == source ? static_cast<std::size_t>(step.off) : 0;
            break;
        case BPF_JMP | BPF_EXIT:
            return registers[0] != 0;
        default:
            ADD_FAILURE() << "an instruction of another kind: " << int{step.code};
            return false;
        }
    }
}

std::vector<bpf_insn> program_of(const std::string& rules)
{
    return kernel::device_program(
        device_accesses(oci::parse_resources("{\"devices\": " + rules + "}").value().devices));
}

constexpr unsigned character = BPF_DEVCG_DEV_CHAR;
constexpr unsigned block = BPF_DEVCG_DEV_BLOCK;
constexpr unsigned reading = BPF_DEVCG_ACC_READ;
constexpr unsigned writing = BPF_DEVCG_ACC_WRITE;

TEST(ADeviceProgram, RefusesWhatNoRuleCovers)
{
    EXPECT_FALSE(is_allowed(program_of("[]"), {reading, character, 1, 3}));
    EXPECT_FALSE(is_allowed(program_of(R"([{"allow": true, "type": "c", "major": 1, "minor": 3}])"),
                            {reading, character, 1, 5}));
}

TEST(ADeviceProgram, TellsKindsNumbersAndAccesses)
{
    const auto program =
        program_of(R"([{"allow": true, "type": "b", "major": 8, "minor": 1, "access": "r"}])");
    EXPECT_TRUE(is_allowed(program, {reading, block, 8, 1}));
    EXPECT_FALSE(is_allowed(program, {reading, character, 8, 1}));
    EXPECT_FALSE(is_allowed(program, {reading, block, 9, 1}));
    EXPECT_FALSE(is_allowed(program, {reading, block, 8, 2}));
    EXPECT_FALSE(is_allowed(program, {writing, block, 8, 1}));
    EXPECT_FALSE(is_allowed(program, {reading | writing, block, 8, 1}));
}

TEST(ADeviceProgram, HeedsTheLastRuleThatCovers)
{
    const auto program = program_of(R"([{"allow": true}, {"allow": false, "type": "c", "major": 1},
                                        {"allow": true, "type": "c", "major": 1, "minor": 3}])");
    EXPECT_TRUE(is_allowed(program, {reading, block, 8, 1}));
    EXPECT_FALSE(is_allowed(program, {reading, character, 1, 5}));
    EXPECT_TRUE(is_allowed(program, {reading, character, 1, 3}));
}

TEST(ADeviceProgram, RefusesAnAccessOfWhichAPartIsRefused)
{
    const auto program = program_of(R"([{"allow": true}, {"allow": false, "access": "w"}])");
    EXPECT_TRUE(is_allowed(program, {reading, character, 1, 3}));
    EXPECT_FALSE(is_allowed(program, {reading | writing, character, 1, 3}));
}

TEST(ADeviceProgram, HasNothingBehindARuleForEverything)
{
    EXPECT_EQ(program_of(R"([{"allow": true, "type": "c"}, {"allow": false}])").size(), 8U);
}

TEST(TheRulesOfDevices, LeaveWhatEveryContainerNeeds)
{
    const auto program =
        kernel::device_program(device_accesses(complete_rules({{false, std::nullopt, {}, {}, "rwm"}})));
    EXPECT_TRUE(is_allowed(program, {reading | writing, character, 1, 3}));
    EXPECT_TRUE(is_allowed(program, {reading | writing, character, 136, 7}));
    EXPECT_FALSE(is_allowed(program, {reading, character, 10, 229}));
    EXPECT_TRUE(complete_rules({}).empty());
}

} // namespace
} // namespace slipway::cgroupfs
