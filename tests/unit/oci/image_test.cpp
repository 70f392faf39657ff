// SPDX-License-Identifier: LGPL-2.1-or-later
// Image configurations and manifests: read, written, read again.
#include "oci/image_config.hpp"
#include "oci/manifest.hpp"

#include <gtest/gtest.h>

namespace slipway::oci {
namespace {

TEST(AnImageConfig, IsTheSameAfterItWasWritten)
{
    const std::string digest = "sha256:" + std::string(64, 'b');
    const std::string text =
        R"({"architecture":"amd64","os":"linux","created":"2026-01-02T03:04:05Z","config":{"Env":["A=1"],"Cmd":["sh"],
        "Entrypoint":["/init"],"User":"web","WorkingDir":"/srv","Labels":{"k":"v"},"StopSignal":"SIGINT","ExposedPorts":{"80/tcp":{}},
        "Volumes":{"/data":{}}},"rootfs":{"type":"layers","diff_ids":[")" +
        digest + R"("]},"history":[{"created_by":"import","empty_layer":false}]})";
    const ImageConfig config = parse_image_config(text).value();
    EXPECT_EQ(config.env, std::vector<std::string>{"A=1"});
    EXPECT_EQ(config.diff_ids.size(), 1U);
    EXPECT_EQ(parse_image_config(to_json(config)).value(), config);
    EXPECT_EQ(to_json(parse_image_config(to_json(config)).value()), to_json(config));
}

TEST(AnImageConfig, OfWrongTypesIsRefused)
{
    for (const char* text : {"", "[]", "nonsense", R"({"config":{"Env":"A=1"}})", R"({"config":{"Cmd":[1]}})",
                             R"({"rootfs":{"diff_ids":["md5:x"]}})"})
        EXPECT_FALSE(parse_image_config(text).has_value()) << text;
}

TEST(AnImageConfig, KnowsTheMachinesByTheirOtherNames)
{
    EXPECT_EQ(architecture_of("x86_64"), "amd64");
    EXPECT_EQ(architecture_of("aarch64"), "arm64");
    EXPECT_EQ(architecture_of("riscv64"), "riscv64");
}

TEST(AManifest, IsTheSameAfterItWasWritten)
{
    const std::string digest = "sha256:" + std::string(64, 'c');
    const std::string text =
        R"({"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":")" +
        digest + R"(","size":7},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":")" +
        digest + R"(","size":1024}],"annotations":{"a":"b"}})";
    const Manifest manifest = parse_manifest(text).value();
    EXPECT_EQ(manifest.layers.at(0).size, 1024U);
    EXPECT_EQ(parse_manifest(to_json(manifest)).value(), manifest);
}

TEST(AManifest, ThatIsNoneIsRefused)
{
    for (const char* text : {"", "{}", R"({"schemaVersion":1})",
                             R"({"schemaVersion":2,"config":{"digest":"x","size":1},"layers":[]})"})
        EXPECT_FALSE(parse_manifest(text).has_value()) << text;
}

} // namespace
} // namespace slipway::oci
