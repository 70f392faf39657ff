// SPDX-License-Identifier: LGPL-2.1-or-later
// A container's settings, completed from its image as docker does it.
#include "base/failure.hpp"
#include "engine/container/settings.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace slipway::engine {
namespace {

using Words = std::vector<std::string>;

oci::ImageConfig image()
{
    oci::ImageConfig config;
    config.entrypoint = {"/entry"};
    config.cmd = {"default"};
    config.env = {"PATH=/bin", "A=image"};
    config.user = "web";
    config.working_dir = "/srv";
    config.stop_signal = "SIGQUIT";
    config.labels = {{"k", "image"}, {"only", "image"}};
    return config;
}

ContainerSettings named()
{
    ContainerSettings settings;
    settings.image = "image";
    settings.name = "name";
    return settings;
}

TEST(Settings, ACommandReplacesTheImagesAndKeepsItsEntrypoint)
{
    ContainerSettings settings = named();
    EXPECT_EQ(complete(settings, image()).arguments, (Words{"/entry", "default"}));
    settings.command = {"mine"};
    EXPECT_EQ(complete(settings, image()).arguments, (Words{"/entry", "mine"}));
}

TEST(Settings, AnEntrypointDropsTheImagesCommand)
{
    ContainerSettings settings = named();
    settings.entrypoint = Words{"sh"};
    EXPECT_EQ(complete(settings, image()).arguments, Words{"sh"});
    settings.entrypoint = Words{""};
    settings.command = {"mine"};
    EXPECT_EQ(complete(settings, image()).arguments, Words{"mine"});
    settings.command.clear();
    EXPECT_THROW(complete(settings, image()), Failure);
}

TEST(Settings, OursComeOnTopOfTheImages)
{
    ContainerSettings settings = named();
    settings.environment = {"A=mine", "B=2"};
    settings.labels = {{"k", "mine"}};
    const ContainerSpec spec = complete(settings, image());
    EXPECT_EQ(std::count(spec.environment.begin(), spec.environment.end(), "A=mine"), 1);
    EXPECT_EQ(std::count(spec.environment.begin(), spec.environment.end(), "A=image"), 0);
    EXPECT_EQ(std::count(spec.environment.begin(), spec.environment.end(), "PATH=/bin"), 1);
    EXPECT_EQ(spec.labels.at("k"), "mine");
    EXPECT_EQ(spec.labels.at("only"), "image");
    EXPECT_EQ(spec.user, "web");
    EXPECT_EQ(spec.working_directory, "/srv");
    EXPECT_EQ(spec.stop_signal, SIGQUIT);
    EXPECT_EQ(spec.hostname, "name");
}

TEST(Settings, ARelativeDirectoryOrAnUnknownSignalIsRefused)
{
    ContainerSettings settings = named();
    settings.working_directory = "relative";
    EXPECT_THROW(complete(settings, image()), Failure);
    settings.working_directory.clear();
    settings.stop_signal = "SIGNOPE";
    EXPECT_THROW(complete(settings, image()), Failure);
}

TEST(Settings, ASpecificationIsTheSameAfterItWasWritten)
{
    ContainerSpec spec = complete(named(), image());
    EXPECT_EQ(to_json(parse_spec(to_json(spec))), to_json(spec));
    spec.first_host_id = 0x70000000U;
    EXPECT_EQ(parse_spec(to_json(spec)).first_host_id, 0x70000000U);
}

TEST(Settings, NamesAreUnitsNames)
{
    for (const char* name : {"web", "a", "Web_1.2-x"})
        EXPECT_NO_THROW(check_name(name)) << name;
    for (const std::string& name : {std::string{}, std::string{"-a"}, std::string{"a/b"}, std::string{"a b"},
                                    std::string{"a@b"}, std::string(64, 'a')})
        EXPECT_THROW(check_name(name), Failure) << name;
    EXPECT_NO_THROW(check_name(make_name()));
}

TEST(Settings, TheRuntimeConfigurationHasTheUserNamespaceThatWasChosen)
{
    ContainerSpec spec = complete(named(), image());
    EXPECT_EQ(oci::find_namespace(runtime_config(spec).linux, oci::NamespaceType::user), nullptr);
    spec.first_host_id = 0x70010000U;
    const oci::RuntimeConfig config = runtime_config(spec);
    EXPECT_NE(oci::find_namespace(config.linux, oci::NamespaceType::user), nullptr);
    EXPECT_EQ(config.linux.uid_mappings.at(0).host_id, 0x70010000U);
    EXPECT_TRUE(config.process->no_new_privileges);
}

} // namespace
} // namespace slipway::engine
