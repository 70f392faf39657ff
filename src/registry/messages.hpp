// SPDX-License-Identifier: LGPL-2.1-or-later
// The words between the engine and slipway-registry (docs/protocols.md), both ways.
#pragma once

#include "base/digest.hpp"
#include "base/failure.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::registry {

enum class Method {
    open,
    manifest,
    blob,
    find_blob,
    push_blob,
    put_manifest,
    tags,
    referrers,
    search,
    ping,
    cancel,
};

struct Request {
    std::uint64_t number = 0;
    Method method = Method::ping;
    std::string reference;               // manifest, put_manifest: a tag or a digest
    std::string media_type;              // put_manifest
    std::optional<Digest> digest;        // blob, find_blob, referrers; push_blob where it is known
    std::optional<std::uint64_t> size;   // blob; push_blob where it is known
    bool has_file = false;               // blob: the first descriptor is the partial file
    bool has_pipe = false;               // blob: the next one gets the bytes
    std::vector<std::string> mount_from; // find_blob, push_blob: repositories that may have it
    std::string artifact_type;           // referrers
    std::string term;                    // search
    std::uint64_t limit = 0;             // search

    bool operator==(const Request&) const = default;
};

std::string to_json(const Request& request);
// Throws Failure{invalid_argument}: a defect of the sender.
Request parse_request(std::string_view json);

enum class EventKind {
    progress, // of a request that goes on
    done,     // its last event
    failed,   // its last event
};

// How a blob came to the registry.
enum class Arrival { uploaded, existed, mounted };

struct Event {
    std::uint64_t number = 0;
    EventKind kind = EventKind::done;
    std::uint64_t bytes = 0;      // progress; blob, push_blob and manifest: how many there are
    std::string media_type;       // manifest
    std::optional<Digest> digest; // manifest, push_blob, put_manifest
    std::string host;             // manifest: who had it
    std::string identity_token;   // ping: to be kept instead of the password
    Arrival arrival = Arrival::uploaded;
    std::optional<Failure> failure;
};

std::string to_json(const Event& event);
// Throws Failure{internal}: a defect of the sender.
Event parse_event(std::string_view json);

} // namespace slipway::registry
