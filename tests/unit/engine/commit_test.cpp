// SPDX-License-Identifier: LGPL-2.1-or-later
// What a committed image says of itself.
#include "engine/image/commit.hpp"

#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

using Words = std::vector<std::string>;

oci::ImageConfig parent()
{
    oci::ImageConfig config;
    config.architecture = "amd64";
    config.env = {"PATH=/bin", "LANG=C"};
    config.entrypoint = {"/init"};
    config.cmd = {"serve"};
    config.volumes = {"/data"};
    config.on_build = {"RUN true"};
    return config;
}

ContainerSpec made_from(const oci::ImageConfig& image, ContainerSettings settings = {})
{
    settings.image = "web";
    settings.name = "box";
    return complete(settings, image);
}

TEST(ACommittedImage, IsItsParentWhereNothingWasSet)
{
    oci::ImageConfig wanted = parent();
    wanted.on_build.clear();
    EXPECT_EQ(committed_config(parent(), made_from(parent())), wanted);
    oci::ImageConfig bare;
    bare.cmd = {"sh"};
    EXPECT_EQ(committed_config(bare, made_from(bare)), bare);
}

TEST(ACommittedImage, HasWhatTheContainerWasGiven)
{
    ContainerSettings settings;
    settings.command = {"other", "word"};
    settings.environment = {"LANG=de", "NEW=1"};
    settings.working_directory = "/srv";
    settings.user = "web";
    settings.stop_signal = "SIGQUIT";
    settings.has_terminal = true;
    const oci::ImageConfig config = committed_config(parent(), made_from(parent(), settings));
    EXPECT_EQ(config.entrypoint, Words{"/init"});
    EXPECT_EQ(config.cmd, (Words{"other", "word"}));
    EXPECT_EQ(config.env, (Words{"PATH=/bin", "LANG=de", "NEW=1"}));
    EXPECT_EQ(config.working_dir, "/srv");
    EXPECT_EQ(config.user, "web");
    EXPECT_EQ(config.stop_signal, "SIGQUIT");
    EXPECT_EQ(config.architecture, "amd64");
}

TEST(ACommittedImage, KnowsTheEntrypointOfAContainerOfAnEarlierVersion)
{
    ContainerSpec spec = made_from(parent());
    spec.entrypoint_size.reset();
    EXPECT_EQ(committed_config(parent(), spec).entrypoint, Words{"/init"});
    spec.arguments = {"sh", "-c", "true"};
    EXPECT_EQ(committed_config(parent(), spec).entrypoint, Words{});
    EXPECT_EQ(committed_config(parent(), spec).cmd, (Words{"sh", "-c", "true"}));
    spec = parse_spec(to_json(made_from(parent())));
    EXPECT_EQ(spec.entrypoint_size, 1U);
}

TEST(ACommittedImage, NamesItsParentsLayersAsTheyCame)
{
    const Digest one = Digest::of_hex(std::string(64, '1'));
    const Digest two = Digest::of_hex(std::string(64, '2'));
    oci::Manifest manifest{"application/vnd.docker.distribution.manifest.v2+json",
                           {"application/vnd.docker.container.image.v1+json", one, 1},
                           {{"application/vnd.docker.image.rootfs.diff.tar.gzip", one, 5}},
                           {{"a", "b"}}};
    store::ImageRow row{one, one, 9, {}, {}, {{two, two, 9}}};
    const oci::Descriptor layer{std::string{oci::layer_media_type}, two, 7};
    const oci::Manifest made = committed_manifest(manifest, row, layer);
    EXPECT_EQ(made.media_type, oci::manifest_media_type);
    EXPECT_TRUE(made.annotations.empty());
    ASSERT_EQ(made.layers.size(), 2U);
    EXPECT_EQ(made.layers[0].media_type, "application/vnd.oci.image.layer.v1.tar+gzip");
    EXPECT_EQ(made.layers[0].digest, one);
    EXPECT_EQ(made.layers[1], layer);
    manifest.layers.clear();
    EXPECT_EQ(committed_manifest(manifest, row, layer).layers[0].digest, two);
}

} // namespace
} // namespace slipway::engine
