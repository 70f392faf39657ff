// SPDX-License-Identifier: LGPL-2.1-or-later
// Builders: their words.
#include "slipway/builder.hpp"

#include <filesystem>

namespace slipway::cli {

namespace {

namespace fs = std::filesystem;

void add_pair(std::vector<std::string>& words, const char* option, const std::string& value)
{
    if (!value.empty())
        words.insert(words.end(), {option, value});
}

std::string with_colon(std::string host)
{
    if (const std::size_t equals = host.find('='); equals != std::string::npos)
        host[equals] = ':';
    return host;
}

// BuildKit's frontend knows one name only, and wants the directory.
fs::path dockerfile_of(const BuildWish& wish)
{
    if (!wish.file.empty())
        return wish.file;
    const fs::path usual = fs::path{wish.context} / "Dockerfile";
    const fs::path other = fs::path{wish.context} / "Containerfile";
    std::error_code error;
    return !fs::exists(usual, error) && fs::exists(other, error) ? other : usual;
}

} // namespace

ToolCall buildah_build(const std::string& program, const BuildWish& wish, const std::string& id_file)
{
    // Layers are what its cache is made of.
    ToolCall call{"buildah", program, {"bud", "--layers", "--iidfile", id_file}};
    if (wish.has_no_cache)
        call.words.emplace_back("--no-cache");
    add_pair(call.words, "--file", wish.file);
    for (const std::string& argument : wish.arguments)
        add_pair(call.words, "--build-arg", argument);
    for (const std::string& label : wish.labels)
        add_pair(call.words, "--label", label);
    for (const std::string& host : wish.hosts)
        add_pair(call.words, "--add-host", with_colon(host));
    for (const std::string& secret : wish.secrets)
        add_pair(call.words, "--secret", secret);
    for (const std::string& ssh : wish.ssh)
        add_pair(call.words, "--ssh", ssh);
    if (wish.pulls)
        call.words.emplace_back("--pull");
    add_pair(call.words, "--network", wish.network);
    add_pair(call.words, "--target", wish.target);
    add_pair(call.words, "--platform", wish.platform);
    call.words.insert(call.words.end(), {"--", wish.context});
    return call;
}

ToolCall buildah_push(const std::string& program, const BuildWish& wish, const std::string& id,
                      const std::string& file)
{
    return {"buildah",
            program,
            {"push", "--quiet", "--disable-compression", id,
             "oci-archive:" + file + (wish.name.empty() ? "" : ":" + wish.name)}};
}

ToolCall buildctl_build(const std::string& program, const BuildWish& wish)
{
    const fs::path file = dockerfile_of(wish);
    const fs::path directory = file.has_parent_path() ? file.parent_path() : fs::path{"."};
    ToolCall call{"buildctl",
                  program,
                  {"build", "--frontend", "dockerfile.v0", "--local", "context=" + wish.context, "--local",
                   "dockerfile=" + directory.native(), "--opt", "filename=" + file.filename().native()}};
    for (const std::string& argument : wish.arguments)
        call.words.insert(call.words.end(), {"--opt", "build-arg:" + argument});
    for (const std::string& label : wish.labels)
        call.words.insert(call.words.end(), {"--opt", "label:" + label});
    std::string hosts;
    for (const std::string& host : wish.hosts)
        hosts += (hosts.empty() ? "" : ",") + host;
    if (!hosts.empty())
        call.words.insert(call.words.end(), {"--opt", "add-hosts=" + hosts});
    for (const std::string& secret : wish.secrets)
        add_pair(call.words, "--secret", secret);
    for (const std::string& ssh : wish.ssh)
        add_pair(call.words, "--ssh", ssh);
    if (wish.pulls)
        call.words.insert(call.words.end(), {"--opt", "image-resolve-mode=pull"});
    if (!wish.network.empty())
        call.words.insert(call.words.end(), {"--opt", "force-network-mode=" + wish.network});
    if (!wish.target.empty())
        call.words.insert(call.words.end(), {"--opt", "target=" + wish.target});
    if (!wish.platform.empty())
        call.words.insert(call.words.end(), {"--opt", "platform=" + wish.platform});
    if (wish.has_no_cache)
        call.words.emplace_back("--no-cache");
    call.words.insert(call.words.end(),
                      {"--output", "type=oci,dest=-" + (wish.name.empty() ? "" : ",name=" + wish.name)});
    return call;
}

} // namespace slipway::cli
