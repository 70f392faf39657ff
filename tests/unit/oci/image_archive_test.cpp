// SPDX-License-Identifier: LGPL-2.1-or-later
// manifest.json of docker's archives, and what an OCI image layout says of itself.
#include "oci/docker_archive.hpp"
#include "oci/image_layout.hpp"

#include <gtest/gtest.h>

namespace slipway::oci {
namespace {

TEST(ADockerArchive, SaysWhatItsImagesAreMadeOf)
{
    const auto images = parse_docker_archive(
        R"([{"Config": "abc.json", "RepoTags": ["debian:bookworm", "x:1"], "Layers": ["a/layer.tar", "b/layer.tar"]},
            {"Config": "def.json", "RepoTags": null, "Layers": ["a/layer.tar"], "Parent": "sha256:1"}])");
    ASSERT_TRUE(images) << images.failure().message();
    EXPECT_EQ(images.value(), (std::vector<ArchivedImage>{
                                  {"abc.json", {"debian:bookworm", "x:1"}, {"a/layer.tar", "b/layer.tar"}},
                                  {"def.json", {}, {"a/layer.tar"}}}));
    EXPECT_EQ(parse_docker_archive(to_json(images.value())).value(), images.value());
}

TEST(ADockerArchive, IsRefusedWhereItSaysSomethingElse)
{
    for (const char* text : {"", "{}", "[]", "[1]", "[{}]", R"([{"Config": ""}])", R"([{"Config": 1}])",
                             "[[]]", R"([{"Config": "a", "Layers": "b"}])",
                             R"([{"Config": "a", "RepoTags": [1]}])", "[{\"Config\": \"a\\u0000b\"}]"})
    {
        const auto images = parse_docker_archive(text);
        ASSERT_FALSE(images) << text;
        EXPECT_EQ(images.failure().code(), ErrorCode::invalid_argument);
        EXPECT_NE(images.failure().message().find("manifest.json"), std::string::npos) << text;
    }
    EXPECT_FALSE(parse_docker_archive(std::string(5U << 20U, ' ') + R"([{"Config": "a"}])"));
    std::string many = "[";
    for (std::size_t i = 0; i <= archived_image_limit; ++i)
        many += R"({"Config": "a"},)";
    many.back() = ']';
    EXPECT_FALSE(parse_docker_archive(many));
}

TEST(AnImageLayout, HasAVersion)
{
    EXPECT_EQ(parse_image_layout(image_layout_json()).value(), "1.0.0");
    EXPECT_EQ(parse_image_layout(R"({"imageLayoutVersion": "1.1.0"})").value(), "1.1.0");
    for (const char* text :
         {"", "{}", "[]", R"({"imageLayoutVersion": 1})", R"({"imageLayoutVersion": "2.0.0"})"})
        EXPECT_FALSE(parse_image_layout(text)) << text;
}

TEST(AnImageLayout, CallsImagesByAnnotations)
{
    const Digest digest = Digest::of_hex(std::string(64, 'a'));
    EXPECT_EQ(blob_member(digest), "blobs/sha256/" + std::string(64, 'a'));
    IndexEntry entry{{std::string{manifest_media_type}, digest, 1}, std::nullopt, {}, {}};
    EXPECT_EQ(find_layout_name(entry), std::nullopt);
    entry.annotations["org.opencontainers.image.ref.name"] = "bookworm";
    EXPECT_EQ(find_layout_name(entry), std::nullopt);
    entry.annotations["org.opencontainers.image.ref.name"] = "localhost/x:1";
    EXPECT_EQ(find_layout_name(entry), "localhost/x:1");
    entry.annotations["io.containerd.image.name"] = "docker.io/library/debian:bookworm";
    EXPECT_EQ(find_layout_name(entry), "docker.io/library/debian:bookworm");
    set_layout_name(entry, "quay.io/a/b:c");
    EXPECT_EQ(find_layout_name(entry), "quay.io/a/b:c");
}

} // namespace
} // namespace slipway::oci
