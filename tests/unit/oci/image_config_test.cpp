// SPDX-License-Identifier: LGPL-2.1-or-later
// An image's configuration: read, written, refused with the member's place.
#include "oci/image_config.hpp"
#include "oci/manifest.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::oci {
namespace {

const std::string hex(64, 'a');

ImageConfig full()
{
    ImageConfig config;
    config.architecture = "arm64";
    config.variant = "v8";
    config.os = "linux";
    config.created = "2026-11-24T00:45:09Z";
    config.author = "someone";
    config.user = "web:www";
    config.exposed_ports = {"80/tcp", "53/udp"};
    config.env = {"PATH=/bin", "EMPTY="};
    config.entrypoint = {"/init"};
    config.cmd = {"-c", "a b"};
    config.volumes = {"/data"};
    config.working_dir = "/srv";
    config.labels = {{"a", "1"}, {"b", "ü"}};
    config.stop_signal = "SIGQUIT";
    config.diff_ids = {Digest::of_hex(hex), Digest::of_hex(std::string(64, 'b'))};
    config.history = {{"2026-11-24T00:45:09Z", "RUN true", "someone", "a comment", true}, {}};
    return config;
}

TEST(AnImageConfig, IsReadAsItWasWritten)
{
    EXPECT_EQ(parse_image_config(to_json(full())).value(), full());
}

TEST(AnImageConfig, IsWrittenInOneWayOnly)
{
    ImageConfig config;
    config.architecture = "amd64";
    config.os = "linux";
    config.cmd = {"sh"};
    EXPECT_EQ(to_json(config), R"({"architecture":"amd64","config":{"Cmd":["sh"]},"os":"linux",)"
                               R"("rootfs":{"diff_ids":[],"type":"layers"}})");
}

TEST(AnImageConfig, ReadsSetsAsTheSpecificationWritesThem)
{
    const ImageConfig config = parse_image_config(
                                   R"({"config": {"ExposedPorts": {"80/tcp": {}}, "Volumes": {"/v": {}}},
                                       "rootfs": {"type": "layers"}})")
                                   .value();
    EXPECT_EQ(config.exposed_ports, std::set<std::string>{"80/tcp"});
    EXPECT_EQ(config.volumes, std::set<std::string>{"/v"});
}

TEST(AnImageConfig, TakesNullAndStrangersForAbsent)
{
    const ImageConfig config =
        parse_image_config(
            R"({"config": {"Cmd": null, "Labels": null, "User": null, "Healthcheck": {"Test": []}},
                "rootfs": {"type": "layers", "diff_ids": null}, "history": null, "container": 3})")
            .value();
    EXPECT_EQ(config, ImageConfig{});
}

TEST(AnImageConfig, WithTextThatIsNotUtf8IsNotWritten)
{
    ImageConfig config;
    config.labels["a"] = "\xFF";
    EXPECT_FAILURE(to_json(config), ErrorCode::invalid_argument, "UTF-8");
}

struct RefusedImageConfig {
    std::string json;
    std::string message;
};

class ARefusedImageConfig : public ::testing::TestWithParam<RefusedImageConfig> {};

TEST_P(ARefusedImageConfig, SaysWhereItIsWrong)
{
    const Result<ImageConfig> result = parse_image_config(GetParam().json);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.failure().code(), ErrorCode::invalid_argument);
    EXPECT_THAT(result.failure().message(), ::testing::StartsWith(GetParam().message));
}

std::string with_config(const std::string& member)
{
    return R"({"rootfs": {"type": "layers"}, "config": {)" + member + "}}";
}

INSTANTIATE_TEST_SUITE_P(
    Each, ARefusedImageConfig,
    ::testing::Values(
        RefusedImageConfig{"", "image configuration: not JSON"},
        RefusedImageConfig{"{", "image configuration: not JSON"},
        RefusedImageConfig{"[]", "image configuration: not a JSON object"},
        RefusedImageConfig{std::string(manifest_limit + 1, ' '), "image configuration: larger than"},
        RefusedImageConfig{"{}", "image configuration.rootfs.type: \"\""},
        RefusedImageConfig{R"({"rootfs": {"type": "files"}})", "image configuration.rootfs.type: \"files\""},
        RefusedImageConfig{R"({"rootfs": 1})", "image configuration.rootfs: not an object"},
        RefusedImageConfig{R"({"rootfs": {"type": "layers", "diff_ids": ["x"]}})",
                           "image configuration.rootfs.diff_ids: "},
        RefusedImageConfig{R"({"os": 1, "rootfs": {"type": "layers"}})",
                           "image configuration.os: not a string"},
        RefusedImageConfig{R"({"history": [{}, 1], "rootfs": {"type": "layers"}})",
                           "image configuration.history[1]: not an object"},
        RefusedImageConfig{R"({"history": [{"empty_layer": 1}], "rootfs": {"type": "layers"}})",
                           "image configuration.history[0].empty_layer: neither true nor false"},
        RefusedImageConfig{R"({"config": []})", "image configuration.config: not an object"},
        RefusedImageConfig{with_config(R"("Cmd": "sh")"), "image configuration.config.Cmd: not an array"},
        RefusedImageConfig{with_config(R"("Env": [1])"), "image configuration.config.Env: not a string"},
        RefusedImageConfig{with_config(R"("User": "a\u0000b")"),
                           "image configuration.config.User: a string with a NUL"},
        RefusedImageConfig{with_config(R"("Labels": {"a": 1})"),
                           "image configuration.config.Labels.a: not a string"},
        RefusedImageConfig{with_config(R"("Labels": {"a\u0000": "1"})"),
                           "image configuration.config.Labels: a name with a NUL"},
        RefusedImageConfig{with_config(R"("Volumes": {"/a\u0000": {}})"),
                           "image configuration.config.Volumes: a name with a NUL"},
        RefusedImageConfig{with_config(R"("Volumes": ["/a"])"),
                           "image configuration.config.Volumes: not an object"}));

TEST(AnArchitecture, IsNamedAsGoNamesIt)
{
    EXPECT_EQ(architecture_of("x86_64"), "amd64");
    EXPECT_EQ(architecture_of("aarch64"), "arm64");
    EXPECT_EQ(architecture_of("i686"), "386");
    EXPECT_EQ(architecture_of("armv7l"), "arm");
    EXPECT_EQ(architecture_of("riscv64"), "riscv64");
}

TEST(ATime, IsWrittenWithItsMicroseconds)
{
    EXPECT_EQ(rfc3339(RealTime{Microseconds{1'700'000'000'000'042}}), "2023-11-14T22:13:20.000042Z");
    EXPECT_EQ(rfc3339(RealTime{Microseconds{-1}}), "1969-12-31T23:59:59.999999Z");
}

} // namespace
} // namespace slipway::oci
