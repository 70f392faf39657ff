// SPDX-License-Identifier: LGPL-2.1-or-later
// Settings: written as a{sv}.
#include "client/settings.hpp"

#include <string_view>
#include <utility>

namespace slipway::client {

namespace {

// The length of the UTF-8 sequence that TEXT begins with; 0 if it begins with none (RFC 3629, section 4).
std::size_t sequence_length(std::string_view text)
{
    const auto byte = [text](std::size_t i) {
        return static_cast<unsigned char>(i < text.size() ? text[i] : 0);
    };
    const unsigned char first = byte(0);
    if (first < 0x80)
        return 1;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4)
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xC0U) != 0x80)
            return 0;
    const bool is_overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
    const bool is_outside = (first == 0xED && byte(1) > 0x9F) || (first == 0xF4 && byte(1) > 0x8F);
    return is_overlong || is_outside ? 0 : length;
}

// Passes TEXT through if D-Bus can carry it.
const char* carried(const std::string& text)
{
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t length = rest[0] == '\0' ? 0 : sequence_length(rest);
        if (length == 0)
            throw Failure{ErrorCode::invalid_argument, "not UTF-8 text: '" + text + "'"};
        rest.remove_prefix(length);
    }
    return text.c_str();
}

} // namespace

OptionWriter::OptionWriter(bus::Message& message) : message_{&message}
{
    message.open('a', "{sv}");
}

void OptionWriter::text(const char* key, const std::optional<std::string>& value)
{
    if (value)
        message_->append("{sv}", key, "s", carried(*value));
}

void OptionWriter::words(const char* key, const std::vector<std::string>& value)
{
    message_->open('e', "sv").append("s", key).open('v', "as");
    append_words(*message_, value);
    message_->close().close();
}

void OptionWriter::files(const char* key, const std::vector<int>& value)
{
    if (value.empty())
        return;
    message_->open('e', "sv").append("s", key).open('v', "ah").open('a', "h");
    for (const int file : value)
        message_->append("h", file);
    message_->close().close().close();
}

void OptionWriter::flag(const char* key, bool value)
{
    if (value)
        message_->append("{sv}", key, "b", 1);
}

void OptionWriter::number(const char* key, const std::optional<std::uint64_t>& value)
{
    if (value)
        message_->append("{sv}", key, "t", *value);
}

void OptionWriter::time(const char* key, const std::optional<std::chrono::microseconds>& value)
{
    if (value)
        message_->append("{sv}", key, "t", static_cast<std::uint64_t>(value->count()));
}

void OptionWriter::labels(const char* key, const std::map<std::string, std::string>& value)
{
    if (value.empty())
        return;
    message_->open('e', "sv").append("s", key).open('v', "a{ss}").open('a', "{ss}");
    for (const auto& [label, text] : value)
        message_->append("{ss}", carried(label), carried(text));
    message_->close().close().close();
}

void OptionWriter::numbers(const char* key, const std::map<std::string, std::uint64_t>& value)
{
    if (value.empty())
        return;
    message_->open('e', "sv").append("s", key).open('v', "a{st}").open('a', "{st}");
    for (const auto& [name, number] : value)
        message_->append("{st}", carried(name), number);
    message_->close().close().close();
}

void OptionWriter::secrets(const char* key, const std::vector<SecretSettings>& value)
{
    if (value.empty())
        return;
    message_->open('e', "sv").append("s", key).open('v', "aa{sv}").open('a', "a{sv}");
    for (const SecretSettings& secret : value) {
        OptionWriter writer{*message_};
        writer.text("Name", secret.name);
        writer.text("Target", secret.target);
        message_->append("{sv}", "UID", "u", secret.uid);
        message_->append("{sv}", "GID", "u", secret.gid);
        message_->append("{sv}", "Mode", "u", secret.mode);
        writer.finish();
    }
    message_->close().close().close();
}

void OptionWriter::mounts(const char* key, const std::vector<Mount>& value)
{
    if (value.empty())
        return;
    message_->open('e', "sv").append("s", key).open('v', "aa{sv}").open('a', "a{sv}");
    for (const Mount& mount : value) {
        OptionWriter writer{*message_};
        const auto text = [&writer](const char* name, const std::string& word) {
            if (!word.empty())
                writer.text(name, word);
        };
        text("Type", mount.type);
        text("Source", mount.source);
        text("Target", mount.target);
        text("Propagation", mount.propagation);
        text("Recursive", mount.recursive);
        text("SubPath", mount.sub_path);
        writer.flag("ReadOnly", mount.is_read_only);
        writer.flag("NoCopy", mount.has_no_copy);
        writer.flag("NoIdMap", mount.is_not_mapped);
        if (!mount.options.empty())
            writer.words("Options", mount.options);
        writer.labels("VolumeOptions", mount.volume_options);
        writer.labels("VolumeLabels", mount.volume_labels);
        if (mount.size)
            message_->append("{sv}", "Size", "t", *mount.size);
        if (mount.mode)
            message_->append("{sv}", "Mode", "u", *mount.mode);
        writer.finish();
    }
    message_->close().close().close();
}

void append_words(bus::Message& message, const std::vector<std::string>& words)
{
    for (const std::string& word : words)
        carried(word);
    message.append_strings(words);
}

void append_text(bus::Message& message, const std::string& text)
{
    message.append("s", carried(text));
}

namespace {

void append_listeners(bus::Message& message, const std::vector<ListenerSettings>& listeners)
{
    if (listeners.empty())
        return;
    message.open('e', "sv").append("s", "Listeners").open('v', "a(ssa{sv})").open('a', "(ssa{sv})");
    for (const ListenerSettings& listener : listeners) {
        message.open('r', "ssa{sv}");
        append_text(message, listener.kind);
        append_text(message, listener.address);
        OptionWriter writer{message};
        writer.text("Name", listener.name);
        if (listener.target_port)
            message.append("{sv}", "Port", "u", *listener.target_port);
        writer.finish();
        message.close();
    }
    message.close().close().close();
}

} // namespace

void append_settings(bus::Message& message, const ContainerSettings& settings)
{
    OptionWriter writer{message};
    writer.text("Image", settings.image);
    writer.text("Platform", settings.platform);
    writer.text("Name", settings.name);
    if (settings.command)
        writer.words("Command", *settings.command);
    if (settings.entrypoint)
        writer.words("Entrypoint", *settings.entrypoint);
    if (!settings.environment.empty())
        writer.words("Environment", settings.environment);
    writer.text("WorkingDirectory", settings.working_directory);
    writer.text("User", settings.user);
    writer.flag("Terminal", settings.has_terminal);
    writer.flag("AutoRemove", settings.is_auto_removed);
    writer.text("Hostname", settings.hostname);
    writer.labels("Labels", settings.labels);
    writer.text("StopSignal", settings.stop_signal);
    writer.time("StopTimeoutUSec", settings.stop_timeout);
    writer.text("LogTag", settings.log_tag);
    writer.text("UserNamespace", settings.user_namespace);
    writer.text("Seccomp", settings.seccomp);
    const std::pair<const char*, const std::vector<std::string>*> lists[]{
        {"CapabilityAdd", &settings.added_capabilities},
        {"CapabilityDrop", &settings.dropped_capabilities},
        {"Devices", &settings.devices},
        {"Ulimits", &settings.ulimits},
        {"Groups", &settings.groups},
        {"HostNamespaces", &settings.host_namespaces},
        {"VolumesFrom", &settings.volumes_from},
        {"Networks", &settings.networks},
        {"Ports", &settings.ports},
        {"ExposedPorts", &settings.exposed_ports},
        {"NameServers", &settings.name_servers},
        {"SearchDomains", &settings.search_domains},
        {"ResolverOptions", &settings.resolver_options},
        {"Hosts", &settings.hosts},
        {"IPAddressAllow", &settings.allowed_peers},
        {"IPAddressDeny", &settings.denied_peers},
    };
    for (const auto& [key, words] : lists)
        if (!words->empty())
            writer.words(key, *words);
    writer.flag("Privileged", settings.is_privileged);
    writer.flag("NewPrivileges", settings.has_new_privileges);
    writer.flag("OpenSystemPaths", settings.has_open_system_paths);
    writer.flag("ReadOnly", settings.has_read_only_root);
    writer.number("ShmSize", settings.shm_size);
    writer.labels("Sysctls", settings.sysctls);
    writer.text("OOMScoreAdjust", settings.oom_score_adjust);
    writer.text("Domainname", settings.domainname);
    writer.numbers("Limits", settings.limits);
    writer.mounts("Mounts", settings.mounts);
    writer.secrets("Secrets", settings.secrets);
    writer.text("Bandwidth", settings.bandwidth);
    writer.flag("PublishAll", settings.publishes_all);
    if (!settings.wires.empty()) {
        message.open('e', "sv").append("s", "Wires").open('v', "a(sqa{sv})").open('a', "(sqa{sv})");
        for (const WireSettings& wire : settings.wires) {
            message.open('r', "sqa{sv}");
            append_wire(message, wire);
            message.close();
        }
        message.close().close().close();
    }
    append_listeners(message, settings.listeners);
    writer.time("IdleStopUSec", settings.idle_stop);
    writer.flag("Notify", settings.notifies);
    writer.flag("Init", settings.has_init);
    writer.text("Group", settings.group);
    writer.text("Member", settings.member);
    if (!settings.health_test.empty())
        writer.words("HealthTest", settings.health_test);
    writer.time("HealthIntervalUSec", settings.health_interval);
    writer.time("HealthTimeoutUSec", settings.health_timeout);
    writer.time("HealthStartPeriodUSec", settings.health_start_period);
    writer.time("HealthStartIntervalUSec", settings.health_start_interval);
    if (settings.health_retries)
        message.append("{sv}", "HealthRetries", "u", *settings.health_retries);
    writer.text("OnUnhealthy", settings.on_unhealthy);
    writer.text("Restart", settings.restart);
    if (!settings.properties.empty())
        writer.words("Properties", settings.properties);
    writer.flag("ReadyWhenHealthy", settings.is_ready_when_healthy);
    writer.finish();
}

void append_wire(bus::Message& message, const WireSettings& wire)
{
    append_text(message, wire.target);
    message.append("q", unsigned{wire.target_port});
    OptionWriter writer{message};
    writer.text("Name", wire.name);
    if (wire.port)
        message.append("{sv}", "Port", "u", *wire.port);
    writer.text("UnixPath", wire.unix_path);
    writer.flag("Environment", wire.has_environment);
    writer.finish();
}

void append_settings(bus::Message& message, const ExecSettings& settings)
{
    OptionWriter writer{message};
    if (!settings.environment.empty())
        writer.words("Environment", settings.environment);
    writer.text("WorkingDirectory", settings.working_directory);
    writer.text("User", settings.user);
    writer.flag("Terminal", settings.has_terminal);
    writer.flag("Privileged", settings.is_privileged);
    writer.finish();
}

void append_streams(bus::Message& message, const Streams& streams)
{
    message.open('a', "{sh}");
    if (streams.standard_input >= 0)
        message.append("{sh}", "stdin", streams.standard_input);
    if (streams.standard_output >= 0)
        message.append("{sh}", "stdout", streams.standard_output);
    if (streams.standard_error >= 0)
        message.append("{sh}", "stderr", streams.standard_error);
    message.close();
}

} // namespace slipway::client
