// SPDX-License-Identifier: LGPL-2.1-or-later
// Name files: what is in them, and where they are shown.
#include "engine/container/name_files.hpp"

#include "base/file.hpp"

#include <array>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::engine {

namespace {

constexpr mode_t readable_by_all = 0644;
constexpr std::array names{"hosts", "hostname", "resolv.conf"};

// "NAME:ADDRESS"; NAME may be several with blanks between.
std::string host_line(const std::string& word, const NameGround& ground)
{
    const std::size_t colon = word.find_first_of(":=");
    const std::string address = word.substr(colon + 1);
    if (address != "host-gateway")
        return address + '\t' + word.substr(0, colon) + '\n';
    if (!ground.host)
        throw Failure{ErrorCode::invalid_argument,
                      "host-gateway is the host's address on a network, and the container has none"};
    return ground.host->text() + '\t' + word.substr(0, colon) + '\n';
}

std::string hosts_text(const ContainerSpec& spec, const std::string& name, const NameGround& ground)
{
    std::string text = ground.hosts_of_host;
    if (text.empty()) {
        text = "127.0.0.1\tlocalhost\n"
               "::1\tlocalhost ip6-localhost ip6-loopback\n"
               "ff02::1\tip6-allnodes\n"
               "ff02::2\tip6-allrouters\n";
        const std::string own = spec.hostname == name ? name : spec.hostname + ' ' + name;
        for (const IpAddress& address : ground.addresses)
            text += address.text() + '\t' + own + '\n';
        if (ground.addresses.empty())
            text += "127.0.1.1\t" + own + '\n';
    }
    for (const Wire& wire : spec.wires)
        text += wire.address().text() + '\t' + wire.name + '\n';
    for (const std::string& word : spec.network.hosts)
        text += host_line(word, ground);
    return text;
}

std::string resolv_conf_text(const ContainerSpec& spec, const NameGround& ground)
{
    const NetworkPlan& plan = spec.network;
    const bool has_wishes =
        !plan.name_servers.empty() || !plan.search_domains.empty() || !plan.resolver_options.empty();
    if (ground.servers.empty() && !has_wishes)
        return ground.resolv_conf_of_host;
    std::string text;
    if (plan.name_servers.empty())
        for (const IpAddress& server : ground.servers)
            text += "nameserver " + server.text() + '\n';
    for (const std::string& server : plan.name_servers)
        text += "nameserver " + server + '\n';
    std::string search = ground.servers.empty() ? std::string{} : std::string{name_domain};
    for (const std::string& domain : plan.search_domains)
        search += (search.empty() ? "" : " ") + domain;
    if (!search.empty())
        text += "search " + search + '\n';
    std::string options;
    for (const std::string& option : plan.resolver_options)
        options += ' ' + option;
    if (!options.empty())
        text += "options" + options + '\n';
    return text;
}

} // namespace

NameFiles name_files(const ContainerSpec& spec, const std::string& name, const NameGround& ground)
{
    return {hosts_text(spec, name, ground), spec.hostname + '\n', resolv_conf_text(spec, ground)};
}

std::vector<oci::Mount> place(const NameFiles& files, const std::filesystem::path& directory, uid_t owner)
{
    std::filesystem::create_directories(directory);
    const std::array contents{&files.hosts, &files.hostname, &files.resolv_conf};
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::filesystem::path file = directory / names[i];
        replace_file(file, *contents[i], Durability::page_cache);
        check(::chmod(file.c_str(), readable_by_all), "set the mode of", file.native());
        if (owner != 0)
            check(::chown(file.c_str(), owner, owner), "give away", file.native());
    }
    return mounts_of_name_files(directory);
}

void rewrite_hosts(const std::string& text, const std::filesystem::path& directory)
{
    const std::filesystem::path path = directory / names.front();
    const Fd file{
        check(::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW), "open", path.native())};
    write_all(file.number(), text, path.native());
}

std::vector<oci::Mount> mounts_of_name_files(const std::filesystem::path& directory)
{
    std::vector<oci::Mount> mounts;
    mounts.reserve(names.size());
    for (const char* name : names)
        mounts.push_back({std::string{"/etc/"} + name,
                          "bind",
                          (directory / name).native(),
                          {"bind", "nosuid", "nodev", "noexec"}});
    return mounts;
}

} // namespace slipway::engine
