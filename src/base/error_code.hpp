// SPDX-License-Identifier: LGPL-2.1-or-later
// ErrorCode: every kind of failure that a user can meet, with its D-Bus name and its exit status in one
// table.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace slipway {

enum class ErrorCode : std::uint8_t {
    internal,
    io_error,
    invalid_argument,
    unknown_option,
    invalid_name,
    invalid_reference,
    name_taken,
    no_such_container,
    no_such_image,
    no_such_device,
    no_such_job,
    no_such_volume,
    no_such_secret,
    no_such_network,
    no_such_record,
    no_such_wire,
    no_such_group,
    no_such_file,
    image_in_use,
    volume_in_use,
    network_in_use,
    no_address,
    port_taken,
    invalid_mount,
    already_running,
    not_running,
    container_running,
    no_command,
    command_not_found,
    command_not_executable,
    no_such_user,
    unreadable_archive,
    truncated_archive,
    hostile_archive,
    start_failed,
    member_failed,
    placement_failed,
    access_denied,
    timed_out,
    cancelled,
    not_supported,
    no_space,
    unavailable,
    digest_mismatch,
    damaged_layer,
    registry_denied,
    registry_blocked,
    registry_unreachable,
    registry_untrusted,
    registry_failed,
    not_in_registry,
    no_such_platform,
    invalid_manifest,
    invalid_configuration,
    not_logged_in,
    credential_helper_failed,
};

struct ErrorRow {
    ErrorCode code;
    // Follows "org.slipway.Engine1.Error." on D-Bus.
    std::string_view name;
    // Exit status of the command line; `run`, `exec` and `wait` turn all but 126 and 127 into 125,
    // since a payload may itself exit with the small ones.
    int exit_status;
};

// In the order of the enumeration. docs/errors.md and slipway(1) list the same rows.
inline constexpr std::array error_table{
    ErrorRow{ErrorCode::internal, "Internal", 1},
    ErrorRow{ErrorCode::io_error, "IoError", 1},
    ErrorRow{ErrorCode::invalid_argument, "InvalidArgument", 2},
    ErrorRow{ErrorCode::unknown_option, "UnknownOption", 2},
    ErrorRow{ErrorCode::invalid_name, "InvalidName", 2},
    ErrorRow{ErrorCode::invalid_reference, "InvalidReference", 2},
    ErrorRow{ErrorCode::name_taken, "NameTaken", 4},
    ErrorRow{ErrorCode::no_such_container, "NoSuchContainer", 3},
    ErrorRow{ErrorCode::no_such_image, "NoSuchImage", 3},
    ErrorRow{ErrorCode::no_such_device, "NoSuchDevice", 3},
    ErrorRow{ErrorCode::no_such_job, "NoSuchJob", 3},
    ErrorRow{ErrorCode::no_such_volume, "NoSuchVolume", 3},
    ErrorRow{ErrorCode::no_such_secret, "NoSuchSecret", 3},
    ErrorRow{ErrorCode::no_such_network, "NoSuchNetwork", 3},
    ErrorRow{ErrorCode::no_such_record, "NoSuchRecord", 3},
    ErrorRow{ErrorCode::no_such_wire, "NoSuchWire", 3},
    ErrorRow{ErrorCode::no_such_group, "NoSuchGroup", 3},
    ErrorRow{ErrorCode::no_such_file, "NoSuchFile", 3},
    ErrorRow{ErrorCode::image_in_use, "ImageInUse", 4},
    ErrorRow{ErrorCode::volume_in_use, "VolumeInUse", 4},
    ErrorRow{ErrorCode::network_in_use, "NetworkInUse", 4},
    ErrorRow{ErrorCode::no_address, "NoAddress", 1},
    ErrorRow{ErrorCode::port_taken, "PortTaken", 4},
    ErrorRow{ErrorCode::invalid_mount, "InvalidMount", 2},
    ErrorRow{ErrorCode::already_running, "AlreadyRunning", 4},
    ErrorRow{ErrorCode::not_running, "NotRunning", 4},
    ErrorRow{ErrorCode::container_running, "ContainerRunning", 4},
    ErrorRow{ErrorCode::no_command, "NoCommand", 2},
    ErrorRow{ErrorCode::command_not_found, "CommandNotFound", 127},
    ErrorRow{ErrorCode::command_not_executable, "CommandNotExecutable", 126},
    ErrorRow{ErrorCode::no_such_user, "NoSuchUser", 2},
    ErrorRow{ErrorCode::unreadable_archive, "UnreadableArchive", 6},
    ErrorRow{ErrorCode::truncated_archive, "TruncatedArchive", 6},
    ErrorRow{ErrorCode::hostile_archive, "HostileArchive", 6},
    ErrorRow{ErrorCode::start_failed, "StartFailed", 1},
    ErrorRow{ErrorCode::member_failed, "MemberFailed", 1},
    ErrorRow{ErrorCode::placement_failed, "PlacementFailed", 1},
    ErrorRow{ErrorCode::access_denied, "AccessDenied", 5},
    ErrorRow{ErrorCode::timed_out, "TimedOut", 7},
    ErrorRow{ErrorCode::cancelled, "Cancelled", 8},
    ErrorRow{ErrorCode::not_supported, "NotSupported", 1},
    ErrorRow{ErrorCode::no_space, "NoSpace", 1},
    ErrorRow{ErrorCode::unavailable, "Unavailable", 1},
    ErrorRow{ErrorCode::digest_mismatch, "DigestMismatch", 6},
    ErrorRow{ErrorCode::damaged_layer, "DamagedLayer", 6},
    ErrorRow{ErrorCode::registry_denied, "RegistryDenied", 5},
    ErrorRow{ErrorCode::registry_blocked, "RegistryBlocked", 5},
    ErrorRow{ErrorCode::registry_unreachable, "RegistryUnreachable", 7},
    ErrorRow{ErrorCode::registry_untrusted, "RegistryUntrusted", 6},
    ErrorRow{ErrorCode::registry_failed, "RegistryFailed", 1},
    ErrorRow{ErrorCode::not_in_registry, "NotInRegistry", 3},
    ErrorRow{ErrorCode::no_such_platform, "NoSuchPlatform", 3},
    ErrorRow{ErrorCode::invalid_manifest, "InvalidManifest", 6},
    ErrorRow{ErrorCode::invalid_configuration, "InvalidConfiguration", 2},
    ErrorRow{ErrorCode::not_logged_in, "NotLoggedIn", 3},
    ErrorRow{ErrorCode::credential_helper_failed, "CredentialHelperFailed", 1},
};

constexpr const ErrorRow& row_of(ErrorCode code)
{
    return error_table[static_cast<std::size_t>(code)];
}

// The code whose row has this name; nothing for a name of somebody else's.
constexpr std::optional<ErrorCode> find_error_code(std::string_view name)
{
    for (const ErrorRow& row : error_table)
        if (row.name == name)
            return row.code;
    return std::nullopt;
}

} // namespace slipway
