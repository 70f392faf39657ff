// SPDX-License-Identifier: LGPL-2.1-or-later
// Manifests: read, written, refused with the member's place.
#include "oci/manifest.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::oci {
namespace {

const std::string digest_text = "sha256:" + std::string(64, 'a');
const std::string config_json = R"({"mediaType": "c", "digest": ")" + digest_text + R"(", "size": 7})";

Digest digest(char digit)
{
    return Digest::of_hex(std::string(64, digit));
}

TEST(AManifest, IsReadAsItWasWritten)
{
    Manifest manifest{std::string{manifest_media_type}, {"config", digest('a'), 7}, {}, {{"key", "value"}}};
    manifest.layers = {{"lowest", digest('b'), 0}, {"highest", digest('c'), UINT64_MAX}};
    EXPECT_EQ(parse_manifest(to_json(manifest)).value(), manifest);
}

TEST(AManifest, IsWrittenInOneWayOnly)
{
    const Manifest manifest{"", {"c", digest('a'), 7}, {}, {}};
    EXPECT_EQ(to_json(manifest), R"({"config":{"digest":")" + digest_text +
                                     R"(","mediaType":"c","size":7},"layers":[],"schemaVersion":2})");
}

TEST(AManifest, NeedsNoLayersAndNoMediaType)
{
    const Manifest manifest =
        parse_manifest(R"({"schemaVersion": 2, "config": )" + config_json + "}").value();
    EXPECT_EQ(manifest.media_type, "");
    EXPECT_EQ(manifest.config, (Descriptor{"c", digest('a'), 7}));
    EXPECT_TRUE(manifest.layers.empty());
}

struct RefusedManifest {
    std::string json;
    std::string message;
};

class ARefusedManifest : public ::testing::TestWithParam<RefusedManifest> {};

TEST_P(ARefusedManifest, SaysWhereItIsWrong)
{
    const Result<Manifest> result = parse_manifest(GetParam().json);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.failure().code(), ErrorCode::invalid_argument);
    EXPECT_THAT(result.failure().message(), ::testing::StartsWith(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Each, ARefusedManifest,
    ::testing::Values(
        RefusedManifest{"nonsense", "manifest: not JSON"},
        RefusedManifest{"1", "manifest: not a JSON object"},
        RefusedManifest{std::string(manifest_limit + 1, ' '), "manifest: larger than"},
        RefusedManifest{"{}", "manifest.schemaVersion: 0"},
        RefusedManifest{R"({"schemaVersion": 1})", "manifest.schemaVersion: 1 where 2 must stand"},
        RefusedManifest{R"({"schemaVersion": "2"})", "manifest.schemaVersion: not a whole number"},
        RefusedManifest{R"({"schemaVersion": 2})", "manifest.config.digest: not a string"},
        RefusedManifest{R"({"schemaVersion": 2, "config": 1})", "manifest.config: not an object"},
        RefusedManifest{R"({"schemaVersion": 2, "config": {"digest": "md5:1"}})",
                        "manifest.config.digest: not a digest"},
        RefusedManifest{R"({"schemaVersion": 2, "config": {"digest": ")" + digest_text + R"(", "size": -1}})",
                        "manifest.config.size: not a whole number"},
        RefusedManifest{R"({"schemaVersion": 2, "layers": {}, "config": )" + config_json + "}",
                        "manifest.layers: not an array"},
        RefusedManifest{R"({"schemaVersion": 2, "layers": [)" + config_json +
                            R"(, {"size": 1.5}], "config": )" + config_json + "}",
                        "manifest.layers[1].digest: not a string"},
        RefusedManifest{R"({"schemaVersion": 2, "annotations": {"a": []}, "config": )" + config_json + "}",
                        "manifest.annotations.a: not a string"}));

} // namespace
} // namespace slipway::oci
