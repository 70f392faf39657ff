// SPDX-License-Identifier: LGPL-2.1-or-later
// generate(): all files are read before any is converted, since they name each other.
#include "quadlet/generate.hpp"

#include "quadlet/check.hpp"
#include "quadlet/convert.hpp"
#include "quadlet/words.hpp"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <map>
#include <tuple>

namespace slipway::quadlet {

namespace {

struct Draft {
    Item item;
    Service service;
    std::string text;
    std::vector<Link> links;
    Outcome* outcome;
};

Service convert(Item& item, const Catalog& catalog, const Surroundings& surroundings)
{
    switch (item.kind) {
    case Kind::container:
        return convert_container(item, catalog, surroundings);
    case Kind::pod:
        return convert_pod(item, catalog, surroundings);
    case Kind::network:
        return convert_network(item, surroundings);
    case Kind::volume:
        return convert_volume(item, surroundings);
    case Kind::image:
        return convert_image(item, surroundings);
    case Kind::build:
        return convert_build(item, surroundings);
    }
    return {};
}

// Two files of one service: the later in the order of names is refused.
void refuse_doubles(std::deque<Draft>& drafts)
{
    std::map<std::string, const Item*> services;
    for (Draft& draft : drafts) {
        const auto [place, is_new] = services.try_emplace(draft.item.service, &draft.item);
        if (!is_new)
            draft.item.refuse("makes " + draft.item.service + ", as " + place->second->path +
                              " does; ServiceName= can say another");
    }
}

// Who needs a bad one is bad too, and who needs that one.
void refuse_needy(std::deque<Draft>& drafts, const Catalog& catalog)
{
    for (bool is_settled = false; !is_settled;) {
        is_settled = true;
        for (Draft& draft : drafts) {
            if (draft.item.is_bad())
                continue;
            for (const auto& [entry, name] : draft.item.needs)
                if (catalog.find(name)->second->is_bad()) {
                    draft.item.refuse(entry,
                                      entry.key + "=: " + name + " makes no unit: see what is said of it");
                    is_settled = false;
                }
        }
    }
}

// What a pod's service says of those that start with it.
void bind_pods(std::deque<Draft>& drafts)
{
    std::map<std::string, Draft*> pods;
    for (Draft& draft : drafts)
        if (draft.item.kind == Kind::pod)
            pods[draft.item.file_name] = &draft;
    std::map<Draft*, bool> is_wanted;
    for (Draft& draft : drafts) {
        const std::optional<std::string> name =
            draft.item.kind == Kind::container ? draft.item.text("Pod") : std::nullopt;
        if (!name || draft.item.is_bad() || draft.item.is_template() ||
            !draft.item.truth("StartWithPod", Item::Truth::yes))
            continue;
        Draft& pod = *pods.at(*name);
        pod.service.set_unit("Wants", draft.item.service);
        pod.service.set_unit("Before", draft.item.service);
        is_wanted[&pod] = true;
    }
    // It would go at once if nothing came with it.
    for (const auto& [pod, wanted] : is_wanted)
        if (wanted && pod->item.text("ExitPolicy").value_or("stop") == "stop" &&
            !pod->item.file.has_key("Unit", "StopWhenUnneeded"))
            pod->service.set_unit("StopWhenUnneeded", "yes");
}

} // namespace

std::vector<Outcome> generate(const std::vector<Source>& sources, const Surroundings& surroundings)
{
    std::vector<Outcome> outcomes(sources.size());
    std::deque<Draft> drafts;
    Catalog catalog;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const std::string& path = sources[i].file.path;
        const std::string name = std::filesystem::path{path}.filename().native();
        outcomes[i].path = path;
        const std::optional<Kind> kind = find_kind(name);
        if (!kind) {
            const std::string_view reason = refused_kind(name);
            outcomes[i].complaints.push_back(
                {path, 0, Severity::error,
                 reason.empty()
                     ? "is no file of Quadlet's: .container, .pod, .network, .volume, .image or .build"
                     : std::string{reason}});
            continue;
        }
        Draft& draft = drafts.emplace_back(Draft{read_item(sources[i], *kind), {}, {}, {}, &outcomes[i]});
        check(draft.item);
        catalog.try_emplace(name, &draft.item);
    }
    refuse_doubles(drafts);
    for (Draft& draft : drafts) {
        draft.service = convert(draft.item, catalog, surroundings);
        draft.links = links_of(draft.item);
        draft.text = text_of(draft.item, draft.service, catalog, surroundings);
    }
    refuse_needy(drafts, catalog);
    bind_pods(drafts);
    for (Draft& draft : drafts) {
        Outcome& outcome = *draft.outcome;
        outcome.complaints = std::move(draft.item.complaints);
        std::stable_sort(outcome.complaints.begin(), outcome.complaints.end(),
                         [](const Complaint& one, const Complaint& other) {
                             return std::tie(one.file, one.line) < std::tie(other.file, other.line);
                         });
        // What two keys ask for is complained of once.
        outcome.complaints.erase(std::unique(outcome.complaints.begin(), outcome.complaints.end()),
                                 outcome.complaints.end());
        if (std::any_of(outcome.complaints.begin(), outcome.complaints.end(),
                        [](const Complaint& complaint) { return complaint.severity == Severity::error; }))
            continue;
        draft.item.complaints.clear();
        if (draft.item.kind == Kind::pod)
            draft.text = text_of(draft.item, draft.service, catalog, surroundings);
        outcome.unit = Unit{draft.item.service, std::move(draft.text), std::move(draft.links)};
    }
    return outcomes;
}

} // namespace slipway::quadlet
