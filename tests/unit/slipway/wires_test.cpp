// SPDX-License-Identifier: LGPL-2.1-or-later
// Wires and listening sockets as they are written on the command line.
#include "arguments/options.hpp"
#include "slipway/listeners.hpp"
#include "slipway/wires.hpp"

#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

TEST(AWireInWords, HasATargetAndOptions)
{
    client::WireSettings wire = parse_wire("db:5432");
    EXPECT_EQ(wire.target, "db");
    EXPECT_EQ(wire.target_port, 5432);
    EXPECT_FALSE(wire.name);
    wire = parse_wire("db:5432,as=store,port=99,unix=/run/x/y,env");
    EXPECT_EQ(wire.name, "store");
    EXPECT_EQ(wire.port, 99U);
    EXPECT_EQ(wire.unix_path, "/run/x/y");
    EXPECT_TRUE(wire.has_environment);
}

TEST(AWireInWords, OfOtherWordsIsRefused)
{
    for (const char* text :
         {"", "db", ":80", "db:", "db:0", "db:65536", "db:-1", "db:80,what", "db:80,env=1", "db:80,port=x"})
        EXPECT_THROW(parse_wire(text), UsageError) << text;
}

struct Written {
    const char* text;
    client::ListenerSettings meant;
};

TEST(ASocketInWords, IsAnAddressWithWhatIsToBeDoneWithIt)
{
    const Written all[]{
        {"8080", {"stream", "8080", std::nullopt, std::nullopt}},
        {"8080:http", {"stream", "8080", "http", std::nullopt}},
        {"8080=80", {"stream", "8080", std::nullopt, 80}},
        {"127.0.0.1:8080", {"stream", "127.0.0.1:8080", std::nullopt, std::nullopt}},
        {"127.0.0.1:8080/udp:name", {"datagram", "127.0.0.1:8080", "name", std::nullopt}},
        {"[::1]:8080", {"stream", "[::1]:8080", std::nullopt, std::nullopt}},
        {"[::1]:8080:web=81", {"stream", "[::1]:8080", "web", 81}},
        {"/run/web.sock", {"stream", "/run/web.sock", std::nullopt, std::nullopt}},
        {"/run/web.sock:local", {"stream", "/run/web.sock", "local", std::nullopt}},
        {"/run/x/seqpacket", {"seqpacket", "/run/x", std::nullopt, std::nullopt}},
        {"53/udp", {"datagram", "53", std::nullopt, std::nullopt}},
        {"vsock::1234", {"stream", "vsock::1234", std::nullopt, std::nullopt}},
        {"vsock:2:1234:vm", {"stream", "vsock:2:1234", "vm", std::nullopt}},
    };
    for (const Written& one : all)
        EXPECT_EQ(parse_listener(one.text), one.meant) << one.text;
}

TEST(ASocketInWords, OfNoAddressIsRefused)
{
    for (const char* text : {"", "=80", "8080=", "8080=x", "8080=0", "8080=70000"})
        EXPECT_THROW(parse_listener(text), UsageError) << text;
}

} // namespace
} // namespace slipway::cli
