// SPDX-License-Identifier: LGPL-2.1-or-later
// Compose files: one, and what it extends, includes and reads, each behind a line "%FILE NAME"; and the short
// forms of ports, mounts, durations, sizes and words.
#include "compose/load.hpp"
#include "compose/mount.hpp"
#include "compose/port.hpp"
#include "compose/project_name.hpp"
#include "compose/units.hpp"
#include "target.hpp"

namespace {

using namespace slipway;

std::map<std::string, std::string> files_of(std::string_view text)
{
    constexpr std::string_view border = "\n%FILE ";
    std::map<std::string, std::string> files;
    std::string name = "/p/compose.yaml";
    for (;;) {
        const std::size_t end = text.find(border);
        files.try_emplace(name, text.substr(0, end));
        if (end == std::string_view::npos)
            return files;
        text.remove_prefix(end + border.size());
        const std::size_t line = text.find('\n');
        name = "/p/" + std::string{text.substr(0, line)};
        text = line == std::string_view::npos ? std::string_view{} : text.substr(line);
    }
}

void require_sound(const compose::Project& project)
{
    fuzz::require(compose::is_project_name(project.name));
    for (const auto& [key, service] : project.services) {
        fuzz::require(!service.image.empty() || service.build || service.provider);
        for (const compose::Mount& mount : service.mounts) {
            fuzz::require(mount.target.starts_with('/'));
            fuzz::require(mount.kind != compose::MountKind::bind || mount.source.starts_with('/'));
            fuzz::require(mount.kind != compose::MountKind::volume || mount.source.empty() ||
                          project.volumes.contains(mount.source));
        }
        for (const auto& [network, use] : service.networks)
            fuzz::require(project.networks.contains(network));
        for (const auto& [name, dependency] : service.dependencies)
            fuzz::require(!dependency.is_required || project.services.contains(name));
        for (const compose::Port& port : service.ports)
            fuzz::require(port.target.first != 0 && port.target.first <= port.target.last);
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = fuzz::text_of(data, size);
    const std::map<std::string, std::string> files = files_of(text);
    compose::LoadOptions options;
    options.working_directory = "/p";
    const compose::Surroundings surroundings{
        [&](const std::string& path) {
            const auto found = files.find(path);
            return found == files.end() ? std::nullopt : std::optional{found->second};
        },
        [](const std::string& name) { return name == "A" ? std::optional<std::string>{"1"} : std::nullopt; }};
    if (const Result<compose::Project> project = compose::load(options, surroundings))
        require_sound(project.value());
    else
        // One line.
        fuzz::require(project.failure().message().find('\n') == std::string::npos);

    if (const Result<compose::Port> port = compose::parse_port(text))
        fuzz::require(port.value().target.first != 0);
    if (const Result<compose::Mount> mount = compose::parse_mount(text))
        fuzz::require(mount.value().target.starts_with('/'));
    static_cast<void>(compose::parse_tmpfs(text));
    if (const auto duration = compose::parse_duration(text))
        fuzz::require(duration.value().count() >= 0);
    static_cast<void>(compose::parse_bytes(text));
    static_cast<void>(compose::split_words(text));
    return 0;
}
