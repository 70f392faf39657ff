// SPDX-License-Identifier: LGPL-2.1-or-later
// image bootstrap: a base image of a distribution, made from its packages by mmdebstrap.
#include "client/manager.hpp"
#include "slipway/container_text.hpp"
#include "slipway/output.hpp"
#include "slipway/tool.hpp"
#include "slipway/tool_job.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

namespace {

constexpr std::string_view distribution = "debian";

// "debian", "debian:bookworm".
std::string suite_of(const std::string& wanted)
{
    const std::size_t colon = wanted.find(':');
    if (wanted.substr(0, colon) != distribution)
        throw UsageError{"'" + wanted +
                         "': only debian[:SUITE] can be bootstrapped; 'slipway pull' gets other images"};
    std::string suite = colon == std::string::npos ? "stable" : wanted.substr(colon + 1);
    // It becomes a word of a command line and the tag of an image.
    if (suite.empty() || suite.front() == '-' ||
        suite.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") != std::string::npos)
        throw UsageError{"'" + suite + "' is no suite of debian, such as bookworm or stable"};
    return suite;
}

} // namespace

int image_bootstrap(Context& context, const Arguments& arguments)
{
    std::string wanted;
    std::vector<std::string> packages;
    std::vector<std::string> mirrors;
    Options options{"image bootstrap [--include PACKAGES]... [--mirror URL]... debian[:SUITE]",
                    "Makes a base image from a distribution's packages with mmdebstrap, and prints its ID."};
    options.list("--include", packages, "PACKAGES", "More packages, with commas between them");
    options.list("--mirror", mirrors, "URL", "Where packages come from, or a line of sources.list(5)");
    options.operand("SUITE", wanted, "debian:SUITE, such as debian:bookworm; debian:stable without");
    options.parse(arguments);

    const std::string suite = suite_of(wanted);
    const std::optional<std::string> program = find_program("mmdebstrap");
    if (!program)
        throw Failure{ErrorCode::not_supported,
                      "base images are made by mmdebstrap, which is not installed: install "
                      "it, or get one with 'slipway pull debian:" +
                          suite + "'"};
    ToolCall call{"mmdebstrap", *program, {"--variant=minbase", "--format=tar"}};
    for (const std::string& each : packages)
        call.words.push_back("--include=" + each);
    call.words.insert(call.words.end(), {suite, "-"});
    call.words.insert(call.words.end(), mirrors.begin(), mirrors.end());
    client::Manager manager{context.engine()};
    const std::string reference = std::string{distribution} + ":" + suite;
    const client::JobInfo job = run_tool_job(context, call, [&](int archive) {
        return manager.import_image(archive, reference, {"CMD [\"bash\"]"});
    });
    print_line("sha256:" + image_id(job.result));
    return 0;
}

} // namespace slipway::cli
