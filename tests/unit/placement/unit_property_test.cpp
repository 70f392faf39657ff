// SPDX-License-Identifier: LGPL-2.1-or-later
// Unit properties: from a unit file's words to systemd's types.
#include "base/failure.hpp"
#include "placement/unit_property.hpp"

#include <gtest/gtest.h>

namespace slipway::placement {

namespace {

UnitProperty number(const char* key, std::uint64_t value)
{
    return {key, value};
}

TEST(UnitPropertyTest, HasSystemdsTypes)
{
    EXPECT_EQ(parse_unit_property("MemoryHigh=1.5G"), number("MemoryHigh", 3ULL << 29U));
    EXPECT_EQ(parse_unit_property("MemoryMax=infinity"), number("MemoryMax", UINT64_MAX));
    EXPECT_EQ(parse_unit_property("MemoryMax=50%"),
              (UnitProperty{"MemoryMaxScale", std::uint32_t{0x80000000}}));
    EXPECT_EQ(parse_unit_property("TasksMax=100"), number("TasksMax", 100));
    EXPECT_EQ(parse_unit_property("CPUQuota=150%"), number("CPUQuotaPerSecUSec", 1'500'000));
    EXPECT_EQ(parse_unit_property("CPUWeight=idle"), number("CPUWeight", 0));
    EXPECT_EQ(parse_unit_property("IOWeight=10000"), number("IOWeight", 10'000));
    EXPECT_EQ(parse_unit_property("RuntimeMaxSec=5min 20s"), number("RuntimeMaxUSec", 320'000'000));
    EXPECT_EQ(parse_unit_property("MemoryAccounting=yes"), (UnitProperty{"MemoryAccounting", true}));
    EXPECT_EQ(parse_unit_property("DefaultDependencies=no"), (UnitProperty{"DefaultDependencies", false}));
    EXPECT_EQ(parse_unit_property("IgnoreOnIsolate=yes"), (UnitProperty{"IgnoreOnIsolate", true}));
    EXPECT_EQ(section_of("IgnoreOnIsolate=yes"), Section::unit);
    EXPECT_EQ(parse_unit_property("After=a.service  b.target"),
              (UnitProperty{"After", std::vector<std::string>{"a.service", "b.target"}}));
    EXPECT_EQ(parse_unit_property("AllowedCPUs=0-2,9"),
              (UnitProperty{"AllowedCPUs", std::vector<std::uint8_t>{0x07, 0x02}}));
    EXPECT_EQ(parse_unit_property("IOReadBandwidthMax=/dev/sda 10M"),
              (UnitProperty{"IOReadBandwidthMax", Pairs{{"/dev/sda", 10'000'000}}}));
    EXPECT_EQ(parse_unit_property("IODeviceLatencyTargetSec=/dev/sda 25ms"),
              (UnitProperty{"IODeviceLatencyTargetUSec", Pairs{{"/dev/sda", 25'000}}}));
    EXPECT_EQ(parse_unit_property("ManagedOOMPreference=avoid"),
              (UnitProperty{"ManagedOOMPreference", std::string{"avoid"}}));
}

TEST(UnitPropertyTest, RefusesWhatCannotBeMeantSo)
{
    for (const char* text : {"MemoryHigh",
                             "MemoryHigh=",
                             "MemoryHigh=much",
                             "MemoryMax=101%",
                             "MemoryMax=-1",
                             "CPUQuota=2",
                             "CPUWeight=0",
                             "IOWeight=idle",
                             "IOWeight=10001",
                             "TasksMax=1G",
                             "AllowedCPUs=3-1",
                             "AllowedCPUs=",
                             "AllowedCPUs=9999",
                             "IOReadBandwidthMax=10M",
                             "IOReadBandwidthMax=sda 1",
                             "MemoryAccounting=perhaps",
                             "RuntimeMaxSec=soon",
                             "After=",
                             "ExecStart=/bin/true",
                             "=1",
                             "",
                             "Description=a\nb"})
        EXPECT_THROW(parse_unit_property(text), Failure) << text;
}

TEST(UnitPropertyTest, NamesTheOptionThatSaysTheSame)
{
    try {
        parse_unit_property("TimeoutStopSec=5");
        FAIL();
    } catch (const Failure& failure) {
        EXPECT_NE(failure.message().find("--stop-timeout"), std::string::npos);
    }
}

TEST(UnitPropertyTest, IsInOneOfTwoSections)
{
    EXPECT_EQ(section_of("After=x.service"), Section::unit);
    EXPECT_EQ(section_of("MemoryMax=1G"), Section::kind);
}

} // namespace

} // namespace slipway::placement
