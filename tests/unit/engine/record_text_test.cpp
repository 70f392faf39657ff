// SPDX-License-Identifier: LGPL-2.1-or-later
// Records as people write them: what is understood, what is refused, and that it is the same when written.
#include "engine/network/record_text.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::engine {

namespace {

std::string round(const std::string& name, const std::string& type, const std::string& data)
{
    const names::Record record = parse_record(name, type, data);
    const std::string text = name_text(record) + " " + type_text(record) + " " + data_text(record);
    EXPECT_EQ(parse_record(name_text(record), type_text(record), data_text(record)), record) << text;
    return text;
}

NetworkSettings a_network()
{
    NetworkSettings settings;
    for (const char* subnet : {"10.208.0.0/20", "fd00:1::/64"})
        settings.subnets.push_back({IpPrefix::parse(subnet).value(), {}, {}});
    return settings;
}

TEST(ARecord, IsReadAndWritten)
{
    EXPECT_EQ(round("DB", "a", "192.0.2.1"), "db.slipway.internal. A 192.0.2.1");
    EXPECT_EQ(round("db.slipway.internal.", "AAAA", "2001:DB8::1"), "db.slipway.internal. AAAA 2001:db8::1");
    EXPECT_EQ(round("@", "TXT", "v=1"), "slipway.internal. TXT \"v=1\"");
    EXPECT_EQ(round("_db._tcp", "SRV", " 1 2  5432 Web "),
              "_db._tcp.slipway.internal. SRV 1 2 5432 Web.slipway.internal.");
    EXPECT_EQ(round("_db._tcp", "SRV", "0 0 5432 host.example."),
              "_db._tcp.slipway.internal. SRV 0 0 5432 host.example.");
    EXPECT_EQ(round("9.0.208.10.in-addr.arpa.", "PTR", "printer"),
              "9.0.208.10.in-addr.arpa. PTR printer.slipway.internal.");
    EXPECT_EQ(round(R"(My\.web\032one._http._tcp)", "TXT", ""),
              R"(my\.web\032one._http._tcp.slipway.internal. TXT "")");
    EXPECT_EQ(round(R"(a\.)", "A", "192.0.2.1"), R"(a\..slipway.internal. A 192.0.2.1)") << "no last dot";
    EXPECT_EQ(round("t", "TXT", R"("one" "two \"words\"" "\009\\")"),
              R"(t.slipway.internal. TXT "one" "two \"words\"" "\009\\")");
    EXPECT_EQ(round("t", "TXT", "it's \"so\""), R"(t.slipway.internal. TXT "it's \"so\"")");
}

TEST(ARecord, IsRefusedWhereItIsNone)
{
    const std::string long_label(64, 'x');
    std::string long_name;
    for (unsigned part = 0; part < 52; ++part)
        long_name += "abcd.";
    for (const auto& name : {std::string{}, std::string{"."}, std::string{"a..b"}, std::string{".a"},
                             std::string{"a b"}, std::string{"*"}, std::string{"a\\"}, std::string{"a\\25"},
                             std::string{"a\\256"}, std::string{"ü"}, long_label, long_name})
        EXPECT_FAILURE(parse_record(name, "A", "192.0.2.1"), ErrorCode::invalid_argument, "is no name");
    EXPECT_FAILURE(parse_record("a", "MX", "x"), ErrorCode::invalid_argument, "of the type 'MX'");
    EXPECT_FAILURE(parse_record("a", "A", "fd00::1"), ErrorCode::invalid_argument, "IPv4");
    EXPECT_FAILURE(parse_record("a", "AAAA", "192.0.2.1"), ErrorCode::invalid_argument, "IPv6");
    EXPECT_FAILURE(parse_record("a", "A", "300.0.0.1"), ErrorCode::invalid_argument, "300.0.0.1");
    for (const char* data : {"", "0 0 80", "0 0 65536 a", "-1 0 80 a", "0 0 80 a b", "0 0 x a"})
        EXPECT_FAILURE(parse_record("a", "SRV", data), ErrorCode::invalid_argument, "PRIORITY WEIGHT PORT");
    EXPECT_FAILURE(parse_record("a", "PTR", "b..c"), ErrorCode::invalid_argument, "is no name");
    for (const char* data : {"\"a", "\"a\" b", "\"\\200\"", "\"a\\\""})
        EXPECT_FAILURE(parse_record("a", "TXT", data), ErrorCode::invalid_argument, "text");
    EXPECT_FAILURE(parse_record("a", "TXT", std::string(256, 'x')), ErrorCode::invalid_argument, "255");
    std::string many;
    for (unsigned text = 0; text < 40; ++text)
        many += '"' + std::string(255, 'x') + "\" ";
    EXPECT_FAILURE(parse_record("a", "TXT", many), ErrorCode::invalid_argument, "8192");
}

TEST(ARecord, IsOfTheZoneOrOfTheNetworksAddresses)
{
    const NetworkSettings settings = a_network();
    const auto place = [&](const std::string& name) {
        check_place(parse_record(name, "PTR", "a"), "back", settings);
    };
    for (const char* name : {"a", "@", "A.SLIPWAY.Internal.", "9.15.208.10.in-addr.arpa.",
                             "lb._dns-sd._udp.0.0.208.10.in-addr.arpa.",
                             "2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.0.0.d.f.ip6.arpa."})
        EXPECT_NO_THROW(place(name)) << name;
    for (const char* name :
         {"example.com.", "internal.", "xslipway.internal.", "9.16.208.10.in-addr.arpa.",
          "0.208.10.in-addr.arpa.", "in-addr.arpa.", "x.0.208.10.in-addr.arpa.", "09.0.208.10.in-addr.arpa.",
          "2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.0.0.0.0.0.d.f.ip6.arpa.",
          "1.0.0.0.0.0.d.f.ip6.arpa."})
        EXPECT_FAILURE(place(name), ErrorCode::invalid_argument, "nor of an address of the network back");
}

} // namespace

} // namespace slipway::engine
