// SPDX-License-Identifier: LGPL-2.1-or-later
// What a later file says put over what earlier ones say (Compose specification, 13-merge.md).
#include "compose/merge.hpp"

#include "compose/place.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace slipway::compose {

namespace {

enum class Rule : std::uint8_t {
    by_kind,    // mappings merged, lists appended, texts replaced
    replaced,   // the later one
    key_values, // "A=B" or A: B
    names,      // a list of names, or a mapping from them
    hosts,      // "HOST=ADDRESS" or HOST: ADDRESS; a host may have several
    one_or_list,
    context,    // a path, or a mapping that has it as "context"
    limit,      // one number, or soft and hard
    log_driver, // options of another driver are not merged
    subnets,    // merged where "subnet" is the same
};

struct MergeRow {
    std::string_view path; // "*" is any name
    Rule rule;
};

constexpr std::array merge_table{
    MergeRow{"services.*.annotations", Rule::key_values},
    MergeRow{"services.*.build", Rule::context},
    MergeRow{"services.*.build.additional_contexts", Rule::key_values},
    MergeRow{"services.*.build.args", Rule::key_values},
    MergeRow{"services.*.build.extra_hosts", Rule::hosts},
    MergeRow{"services.*.build.labels", Rule::key_values},
    MergeRow{"services.*.build.ssh", Rule::key_values},
    MergeRow{"services.*.build.ulimits.*", Rule::limit},
    MergeRow{"services.*.command", Rule::replaced},
    MergeRow{"services.*.depends_on", Rule::names},
    MergeRow{"services.*.deploy.labels", Rule::key_values},
    MergeRow{"services.*.dns", Rule::one_or_list},
    MergeRow{"services.*.dns_search", Rule::one_or_list},
    MergeRow{"services.*.entrypoint", Rule::replaced},
    MergeRow{"services.*.env_file", Rule::one_or_list},
    MergeRow{"services.*.environment", Rule::key_values},
    MergeRow{"services.*.extra_hosts", Rule::hosts},
    MergeRow{"services.*.gpus", Rule::replaced},
    MergeRow{"services.*.healthcheck.test", Rule::replaced},
    MergeRow{"services.*.label_file", Rule::one_or_list},
    MergeRow{"services.*.labels", Rule::key_values},
    MergeRow{"services.*.logging", Rule::log_driver},
    MergeRow{"services.*.models", Rule::names},
    MergeRow{"services.*.networks", Rule::names},
    MergeRow{"services.*.sysctls", Rule::key_values},
    MergeRow{"services.*.tmpfs", Rule::one_or_list},
    MergeRow{"services.*.ulimits.*", Rule::limit},
    MergeRow{"networks.*.external", Rule::replaced},
    MergeRow{"networks.*.ipam.config", Rule::subnets},
    MergeRow{"networks.*.labels", Rule::key_values},
    MergeRow{"volumes.*.external", Rule::replaced},
    MergeRow{"volumes.*.labels", Rule::key_values},
    MergeRow{"configs.*.external", Rule::replaced},
    MergeRow{"configs.*.labels", Rule::key_values},
    MergeRow{"secrets.*.external", Rule::replaced},
    MergeRow{"secrets.*.labels", Rule::key_values},
};

bool fits(std::string_view pattern, const TreePath& path)
{
    for (const std::string& name : path) {
        const std::size_t dot = pattern.find('.');
        const std::string_view step = pattern.substr(0, dot);
        if (step.empty() || (step != "*" && step != name))
            return false;
        pattern = dot == std::string_view::npos ? std::string_view{} : pattern.substr(dot + 1);
    }
    return pattern.empty();
}

Rule rule_of(const TreePath& path)
{
    // Most values are deeper or shallower than any row.
    if (path.size() < 3 || path.size() > 5)
        return Rule::by_kind;
    const auto* const row =
        std::ranges::find_if(merge_table, [&](const MergeRow& each) { return fits(each.path, path); });
    return row == merge_table.end() ? Rule::by_kind : row->rule;
}

std::string text_of_path(const TreePath& path)
{
    std::string text;
    for (const std::string& name : path)
        text = member_path(text, name);
    return text;
}

YamlNode emptied(const YamlNode& node, YamlNode::Kind kind)
{
    YamlNode made;
    made.kind = kind;
    made.merging = node.merging;
    made.mark = node.mark;
    made.name_mark = node.name_mark;
    return made;
}

// A list of "A=B" as the mapping that it stands for; entries of other kinds are left for the readers to
// refuse.
YamlNode as_key_values(YamlNode node)
{
    const auto is_entry = [](const YamlNode& entry) { return entry.is_text(); };
    if (!node.is_list() || !std::ranges::all_of(node.list, is_entry))
        return node;
    YamlNode mapping = emptied(node, YamlNode::Kind::mapping);
    for (YamlNode& entry : node.list) {
        const std::size_t sign = entry.text.find('=');
        const std::string name = entry.text.substr(0, sign);
        YamlNode value =
            emptied(entry, sign == std::string::npos ? YamlNode::Kind::null : YamlNode::Kind::text);
        if (value.is_text())
            value.text = entry.text.substr(sign + 1);
        mapping.mapping[name] = std::move(value);
    }
    return mapping;
}

YamlNode as_names(YamlNode node)
{
    const auto is_entry = [](const YamlNode& entry) { return entry.is_text(); };
    if (!node.is_list() || !std::ranges::all_of(node.list, is_entry))
        return node;
    YamlNode mapping = emptied(node, YamlNode::Kind::mapping);
    for (const YamlNode& entry : node.list)
        mapping.mapping[entry.text] = emptied(entry, YamlNode::Kind::null);
    return mapping;
}

YamlNode as_hosts(YamlNode node)
{
    if (!node.is_mapping())
        return node;
    YamlNode list = emptied(node, YamlNode::Kind::list);
    for (const auto& [host, value] : node.mapping) {
        const std::vector<YamlNode>& addresses = value.is_list() ? value.list : std::vector<YamlNode>{value};
        for (const YamlNode& address : addresses) {
            YamlNode entry = address;
            entry.text = host + "=" + address.text;
            list.list.push_back(std::move(entry));
        }
    }
    return list;
}

YamlNode as_list(YamlNode node)
{
    if (!node.is_text())
        return node;
    YamlNode list = emptied(node, YamlNode::Kind::list);
    list.list.push_back(std::move(node));
    return list;
}

YamlNode as_context(YamlNode node)
{
    if (!node.is_text())
        return node;
    YamlNode mapping = emptied(node, YamlNode::Kind::mapping);
    mapping.mapping["context"] = std::move(node);
    return mapping;
}

YamlNode in_one_form(YamlNode node, Rule rule)
{
    switch (rule) {
    case Rule::key_values:
        return as_key_values(std::move(node));
    case Rule::names:
        return as_names(std::move(node));
    case Rule::hosts:
        return as_hosts(std::move(node));
    case Rule::one_or_list:
        return as_list(std::move(node));
    case Rule::context:
        return as_context(std::move(node));
    default:
        return node;
    }
}

bool has_other_driver(const YamlNode& base, const YamlNode& over)
{
    const YamlNode* ours = base.find("driver");
    const YamlNode* theirs = over.find("driver");
    return ours != nullptr && theirs != nullptr && ours->text != theirs->text;
}

const char* kind_text(YamlNode::Kind kind)
{
    switch (kind) {
    case YamlNode::Kind::null:
        return "null";
    case YamlNode::Kind::text:
        return "a text";
    case YamlNode::Kind::list:
        return "a list";
    case YamlNode::Kind::mapping:
        return "a mapping";
    }
    return "something else";
}

void merge_subnets(YamlNode& base, const YamlNode& over, TreePath& path)
{
    for (const YamlNode& entry : over.list) {
        const YamlNode* subnet = entry.find("subnet");
        const auto same = std::ranges::find_if(base.list, [&](const YamlNode& each) {
            const YamlNode* own = each.find("subnet");
            return subnet != nullptr && own != nullptr && own->text == subnet->text;
        });
        if (same == base.list.end())
            base.list.push_back(entry);
        else
            *same = merged(std::move(*same), entry, path);
    }
}

} // namespace

YamlNode merged(YamlNode base, const YamlNode& over, TreePath& path)
{
    const Rule rule = rule_of(path);
    if (over.merging != YamlNode::Merging::merged || base.merging == YamlNode::Merging::removed ||
        base.is_null() || rule == Rule::replaced)
        return over;
    if (over.is_null())
        // A variable without a value is one; anything else left empty says nothing.
        return path.size() > 3 && rule_of({path.begin(), path.end() - 1}) == Rule::key_values ? over : base;

    base = in_one_form(std::move(base), rule);
    YamlNode later = in_one_form(over, rule);
    if (rule == Rule::limit && base.kind != later.kind)
        return later;
    if (base.kind != later.kind)
        refuse(over.mark, text_of_path(path),
               std::string{"is "} + kind_text(over.kind) + " here and " + kind_text(base.kind) + " at " +
                   text_of(base.mark) + "; one form is needed, or !override");
    if (rule == Rule::log_driver && has_other_driver(base, later))
        return later;

    if (later.is_mapping()) {
        for (auto& [name, member] : later.mapping) {
            const auto [own, is_new] = base.mapping.try_emplace(name);
            if (is_new) {
                own->second = std::move(member);
                continue;
            }
            path.push_back(name);
            own->second = merged(std::move(own->second), member, path);
            path.pop_back();
        }
        return base;
    }
    if (rule == Rule::subnets) {
        merge_subnets(base, later, path);
        return base;
    }
    if (later.is_list()) {
        std::ranges::move(later.list, std::back_inserter(base.list));
        return base;
    }
    return later;
}

void strip_merging(YamlNode& node)
{
    node.merging = YamlNode::Merging::merged;
    std::erase_if(node.list,
                  [](const YamlNode& entry) { return entry.merging == YamlNode::Merging::removed; });
    std::erase_if(node.mapping,
                  [](const auto& member) { return member.second.merging == YamlNode::Merging::removed; });
    for (YamlNode& entry : node.list)
        strip_merging(entry);
    for (auto& [name, member] : node.mapping)
        strip_merging(member);
}

} // namespace slipway::compose
