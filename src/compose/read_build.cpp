// SPDX-License-Identifier: LGPL-2.1-or-later
// Reader of builds (Compose specification, build.md).
#include "compose/read_parts.hpp"

namespace slipway::compose::read {

namespace {

std::map<std::string, std::string> build_contexts(const Value& value)
{
    std::map<std::string, std::string> contexts;
    const auto add = [&](const Value& each, const std::string& name, const std::string& where) {
        // "docker-image://…", "service:NAME" and URLs are not paths.
        contexts[name] = where.find(':') == std::string::npos ? path_of(each, where) : where;
    };
    if (value.node().is_list()) {
        for (const Value& entry : value.entries()) {
            const std::string both = text(entry);
            const std::size_t sign = both.find('=');
            if (sign == std::string::npos || sign == 0 || sign + 1 == both.size())
                entry.refuse("is not NAME=CONTEXT");
            add(entry, both.substr(0, sign), both.substr(sign + 1));
        }
        return contexts;
    }
    for (const auto& [name, member] : value.members())
        add(member, name, word(member));
    return contexts;
}

std::vector<std::string> ssh_agents(const Value& value)
{
    if (value.node().is_text())
        return {word(value)};
    std::vector<std::string> agents;
    for (const auto& [name, where] : key_values(value))
        agents.push_back(where ? name + "=" + *where : name);
    return agents;
}

} // namespace

Build build(const Value& value)
{
    Build build;
    if (value.node().is_text()) {
        build.context = path_or_url(value);
        return build;
    }
    Fields fields{value};
    build.context = value.source().directory;
    fields.take("context", build.context, path_or_url);
    fields.take("dockerfile", build.dockerfile, text);
    fields.take("dockerfile_inline", build.dockerfile_text, text);
    fields.take("args", build.arguments, key_values);
    for (auto& [name, argument] : build.arguments)
        if (!argument)
            argument = value.source().environment->find(name);
    fields.take("labels", build.labels, labels);
    fields.take("additional_contexts", build.contexts, build_contexts);
    fields.take("ssh", build.ssh, ssh_agents);
    fields.take("cache_from", build.cache_from, distinct_texts);
    fields.take("cache_to", build.cache_to, distinct_texts);
    fields.take("no_cache", build.has_no_cache, flag);
    fields.take("pull", build.pulls, flag);
    fields.take("network", build.network, text);
    fields.take("target", build.target, text);
    fields.take("tags", build.tags, distinct_texts);
    fields.take("platforms", build.platforms, distinct_texts);
    fields.take("extra_hosts", build.extra_hosts, hosts);
    fields.take("entitlements", build.entitlements, distinct_texts);
    fields.take("secrets", build.secrets, [](const Value& each) { return grants(each, {}); });
    fields.take("ulimits", build.ulimits, ulimits);
    fields.take("shm_size", build.shm_size, bytes);
    fields.take("privileged", build.is_privileged, flag);
    fields.unheeded("isolation", "it is a word of Windows");
    fields.unheeded("provenance", "no attestations are made of builds");
    fields.unheeded("sbom", "no attestations are made of builds");
    fields.finish();
    if (build.dockerfile_text && !build.dockerfile.empty())
        fields.refuse("has both dockerfile and dockerfile_inline");
    return build;
}

} // namespace slipway::compose::read
