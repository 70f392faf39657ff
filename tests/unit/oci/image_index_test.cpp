// SPDX-License-Identifier: LGPL-2.1-or-later
// Indexes: read, written, and what is chosen of them.
#include "oci/image_index.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::oci {
namespace {

IndexEntry entry(char digit, const std::string& platform)
{
    IndexEntry made{
        {std::string{manifest_media_type}, Digest::of_hex(std::string(64, digit)), 7}, {}, {}, {}};
    if (!platform.empty())
        made.platform = parse_platform(platform).value();
    return made;
}

Digest chosen(const ImageIndex& index, const std::string& platform)
{
    return choose(index, parse_platform(platform).value()).value().digest;
}

TEST(AnIndex, IsReadAsItWasWritten)
{
    ImageIndex index{
        std::string{index_media_type}, {entry('a', "arm64"), entry('b', "")}, {{"key", "value"}}};
    index.entries[0].annotations["a"] = "b";
    index.entries[1].artifact_type = "signature";
    EXPECT_EQ(parse_image_index(to_json(index)).value(), index);
}

TEST(AnIndex, GivesEachMachineItsOwn)
{
    const ImageIndex index{
        "", {entry('1', "386"), entry('2', "amd64"), entry('3', "arm/v5"), entry('4', "arm/v7")}, {}};
    EXPECT_EQ(chosen(index, "amd64").hex()[0], '2');
    EXPECT_EQ(chosen(index, "386").hex()[0], '1');
    EXPECT_EQ(chosen(index, "arm/v6").hex()[0], '3');
    EXPECT_EQ(chosen(index, "arm64").hex()[0], '4');
}

TEST(AnIndex, NamesThePlatformsItHasWhereThereIsNoneThatFits)
{
    ImageIndex index{"", {entry('1', "s390x"), entry('2', "arm64")}, {}};
    index.entries.push_back(entry('3', "unknown/unknown"));
    const auto result = choose(index, parse_platform("amd64").value());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.failure().code(), ErrorCode::no_such_platform);
    EXPECT_THAT(result.failure().message(),
                ::testing::EndsWith("linux/amd64, but for linux/arm64, linux/s390x"));
}

TEST(AnIndex, HasAttestationsThatAreNoImages)
{
    ImageIndex index{"", {entry('1', "amd64"), entry('2', "")}, {}};
    index.entries[0].annotations["vnd.docker.reference.type"] = "attestation-manifest";
    EXPECT_EQ(chosen(index, "amd64").hex()[0], '2');
    index.entries[1].artifact_type = "x";
    EXPECT_FALSE(choose(index, parse_platform("amd64").value()));
}

TEST(AnIndex, SaysWhereItIsWrong)
{
    const auto message = [](const std::string& json) { return parse_image_index(json).failure().message(); };
    EXPECT_THAT(message(R"({"schemaVersion": 1})"), ::testing::StartsWith("index.schemaVersion"));
    EXPECT_THAT(message(R"({"schemaVersion": 2, "manifests": [{}]})"),
                ::testing::StartsWith("index.manifests[0].digest"));
    EXPECT_THAT(message(R"({"schemaVersion": 2, "manifests": [{"digest": "sha256:)" + std::string(64, 'a') +
                        R"(", "platform": 5}]})"),
                ::testing::StartsWith("index.manifests[0].platform"));
}

TEST(ADocument, IsWhatItsTypeOrItsMembersSay)
{
    EXPECT_EQ(kind_of(docker_index_media_type, "{}"), DocumentKind::index);
    EXPECT_EQ(kind_of(manifest_media_type, "{}"), DocumentKind::manifest);
    EXPECT_EQ(kind_of("application/vnd.docker.distribution.manifest.v1+prettyjws", "{}"),
              DocumentKind::obsolete);
    EXPECT_EQ(kind_of("text/plain", R"({"schemaVersion": 1})"), DocumentKind::obsolete);
    EXPECT_EQ(kind_of("text/plain", R"({"manifests": []})"), DocumentKind::index);
    EXPECT_EQ(kind_of("", R"({"config": {}})"), DocumentKind::manifest);
    EXPECT_EQ(kind_of("", R"({"mediaType": "application/vnd.oci.image.index.v1+json"})"),
              DocumentKind::index);
    EXPECT_EQ(kind_of("", "nonsense"), DocumentKind::other);
    EXPECT_EQ(kind_of("", R"({"mediaType": "", "config": 1})"), DocumentKind::manifest);
}

} // namespace
} // namespace slipway::oci
