// SPDX-License-Identifier: LGPL-2.1-or-later
// The Dockerfile's instructions for an image's configuration.
#include "base/failure.hpp"
#include "oci/config_change.hpp"

#include <gtest/gtest.h>

namespace slipway::oci {
namespace {

using Words = std::vector<std::string>;

ImageConfig changed(std::initializer_list<const char*> changes)
{
    ImageConfig config;
    for (const char* change : changes)
        apply_change(config, change);
    return config;
}

TEST(AChange, TakesJsonOrAShellsCommand)
{
    EXPECT_EQ(changed({R"(CMD ["sh", "-c", "true"])"}).cmd, (Words{"sh", "-c", "true"}));
    EXPECT_EQ(changed({"CMD echo hello"}).cmd, (Words{"/bin/sh", "-c", "echo hello"}));
    EXPECT_EQ(changed({R"(ENTRYPOINT ["/init"])"}).entrypoint, (Words{"/init"}));
}

TEST(AChange, OfTheEnvironmentReplacesTheOldValue)
{
    EXPECT_EQ(changed({"ENV A=1", "ENV A=2 B=3"}).env, (Words{"A=2", "B=3"}));
}

TEST(AChange, SetsTheRest)
{
    const ImageConfig config = changed({"USER web:staff", "WORKDIR /srv", "STOPSIGNAL SIGQUIT",
                                        "EXPOSE 80 53/udp", "LABEL a=b", "VOLUME /data"});
    EXPECT_EQ(config.user, "web:staff");
    EXPECT_EQ(config.working_dir, "/srv");
    EXPECT_EQ(config.stop_signal, "SIGQUIT");
    EXPECT_EQ(config.exposed_ports, (std::set<std::string>{"80/tcp", "53/udp"}));
    EXPECT_EQ(config.labels.at("a"), "b");
    EXPECT_EQ(config.volumes, std::set<std::string>{"/data"});
}

TEST(AChange, ThatIsNoneIsRefusedAndChangesNothing)
{
    ImageConfig config = changed({"CMD [\"sh\"]"});
    const ImageConfig before = config;
    for (const char* change : {"", "FROM debian", "EXPOSE 70000", "EXPOSE 80/smtp", "STOPSIGNAL SIGNOPE",
                               "VOLUME relative", "ENV", "LABEL =x"})
    {
        EXPECT_THROW(apply_change(config, change), Failure) << change;
        EXPECT_EQ(config, before) << change;
    }
}

} // namespace
} // namespace slipway::oci
