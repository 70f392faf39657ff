// SPDX-License-Identifier: LGPL-2.1-or-later
// Interpolation: what variables become, and what is refused.
#include "compose/interpolate.hpp"
#include "loaded.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace slipway::compose {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> unset;

std::string filled(const std::string& text)
{
    unset.clear();
    return interpolate(
        text,
        [](const std::string& name) -> std::optional<std::string> {
            if (name == "A")
                return "a$A";
            return name == "EMPTY" ? std::optional<std::string>{""} : std::nullopt;
        },
        [](const std::string& name) { unset.push_back(name); });
}

TEST(Interpolation, PutsVariablesIn)
{
    // A value is not looked into again.
    EXPECT_EQ(filled("<$A> <${A}> <$A_> <$EMPTY>"), "<a$A> <a$A> <> <>");
    EXPECT_THAT(unset, ElementsAre("A_"));
}

TEST(Interpolation, KnowsDefaultsAndWhatStandsInstead)
{
    EXPECT_EQ(filled("${NO:-d} ${NO-d} ${EMPTY:-d} ${EMPTY-d} ${A:-d} ${A-d}"), "d d d  a$A a$A");
    EXPECT_EQ(filled("${NO:+i} ${NO+i} ${EMPTY:+i} ${EMPTY+i} ${A:+i} ${A+i}"), "   i i i");
    EXPECT_EQ(filled("${NO:-} ${NO-:-x} ${NO:-a}b}"), " :-x ab}");
    EXPECT_THAT(unset, IsEmpty());
}

TEST(Interpolation, IsNested)
{
    EXPECT_EQ(filled("${NO:-${ALSO_NO:-x$A}}y"), "xa$Ay");
    EXPECT_EQ(filled("${NO:-${A}}"), "a$A");
    EXPECT_EQ(filled("${NO:+${NO:?not looked at}}x"), "x");
    EXPECT_EQ(filled("${NO:-$${A}}"), "${A}");
}

TEST(Interpolation, LeavesOtherDollarsAlone)
{
    EXPECT_EQ(filled("$$A $${A} $$$A $ $1 a$ $? $(x) {A}"), "$A ${A} $a$A $ $1 a$ $? $(x) {A}");
}

TEST(Interpolation, RefusesWhatMustBeSet)
{
    EXPECT_REFUSED(filled("${NO?}"), "the variable NO must be set");
    EXPECT_REFUSED(filled("${EMPTY:?give $A}"), "the variable EMPTY must be set and not empty: give a$A");
    EXPECT_EQ(filled("${EMPTY?x}"), "");
}

TEST(Interpolation, RefusesWhatIsMalformed)
{
    EXPECT_REFUSED(filled("${A"), "'${' has no '}'");
    EXPECT_REFUSED(filled("${}"), "no variable's name after '${'");
    EXPECT_REFUSED(filled("${1}"), "no variable's name");
    EXPECT_REFUSED(filled("${A/b/c}"), "'${A' is followed by none of");
    EXPECT_REFUSED(filled("${A:}"), "'${A' is followed by none of");
    std::string deep;
    for (int i = 0; i < 40; ++i)
        deep += "${NO:-";
    EXPECT_REFUSED(filled(deep + std::string(40, '}')), "too deeply");
}

TEST(Interpolation, IsOfValuesAndNotOfNames)
{
    const Service service =
        web("labels: {\"$A\": \"$A\"}\nenvironment: [\"$A=$B\"]", {{"A", "x"}, {"B", "y"}});
    EXPECT_EQ(service.labels, (std::map<std::string, std::string>{{"$A", "x"}}));
    EXPECT_EQ(service.environment.at("x"), "y");
}

TEST(Interpolation, LeavesTemplatesAtTheTopAlone)
{
    EXPECT_EQ(loaded("x-a: \"${X:?no}\"\nservices: {web: {image: i, labels: {x-b: $B}}}", {{"B", "b"}})
                  .services.at("web")
                  .labels.at("x-b"),
              "b");
    EXPECT_REFUSED(loaded("x-a: &a \"${X:?no}\"\nservices: {web: {image: *a}}"),
                   "services.web.image: the variable X");
}

TEST(Interpolation, TellsThePlaceOfWhatIsWrong)
{
    EXPECT_REFUSED(
        web("ports:\n - \"${P:?no port}\""),
        "compose.yaml:10:6: services.web.ports[0]: the variable P must be set and not empty: no port");
}

TEST(Interpolation, HasALimit)
{
    const std::string large(300'000, 'x');
    EXPECT_REFUSED(web("user: $A$A$A$A", {{"A", large}}), "grows to more than a mebibyte");
    std::string labels = "labels:";
    for (int i = 0; i < 60; ++i)
        labels += "\n - l" + std::to_string(i) + "=$A";
    EXPECT_REFUSED(web(labels, {{"A", large}}), "grows to more than 16 MiB");
}

} // namespace
} // namespace slipway::compose
