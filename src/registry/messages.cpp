// SPDX-License-Identifier: LGPL-2.1-or-later
// The words between the engine and slipway-registry: to and from JSON.
#include "registry/messages.hpp"

#include "oci/image_json.hpp"

#include <algorithm>
#include <array>

namespace slipway::registry {

namespace {

using oci::image_json::Object;
using oci::image_json::put;

template <typename T>
struct Name {
    T value;
    const char* name;
};

constexpr std::array method_names{
    Name<Method>{Method::open, "open"},           Name<Method>{Method::manifest, "manifest"},
    Name<Method>{Method::blob, "blob"},           Name<Method>{Method::find_blob, "find_blob"},
    Name<Method>{Method::push_blob, "push_blob"}, Name<Method>{Method::put_manifest, "put_manifest"},
    Name<Method>{Method::tags, "tags"},           Name<Method>{Method::referrers, "referrers"},
    Name<Method>{Method::search, "search"},       Name<Method>{Method::ping, "ping"},
    Name<Method>{Method::cancel, "cancel"},
};

constexpr std::array kind_names{
    Name<EventKind>{EventKind::progress, "progress"},
    Name<EventKind>{EventKind::done, "done"},
    Name<EventKind>{EventKind::failed, "failed"},
};

constexpr std::array arrival_names{
    Name<Arrival>{Arrival::uploaded, "uploaded"},
    Name<Arrival>{Arrival::existed, "existed"},
    Name<Arrival>{Arrival::mounted, "mounted"},
};

template <typename T, std::size_t count>
const char* name_of(const std::array<Name<T>, count>& names, T value)
{
    return std::find_if(names.begin(), names.end(),
                        [value](const Name<T>& row) { return row.value == value; })
        ->name;
}

template <typename T, std::size_t count>
T value_of(const std::array<Name<T>, count>& names, const std::string& name)
{
    const auto row = std::find_if(names.begin(), names.end(),
                                  [&name](const Name<T>& known) { return known.name == name; });
    if (row == names.end())
        throw Failure{ErrorCode::invalid_argument, "unknown '" + name + "'"};
    return row->value;
}

std::optional<Digest> digest_in(const Object& json)
{
    const std::string text = json.text("digest");
    return text.empty() ? std::nullopt : std::optional{Digest::parse(text).value()};
}

Failure failure_in(const Object& json)
{
    const Object error = json.object("error");
    return Failure{find_error_code(error.text("name")).value_or(ErrorCode::internal), error.text("message")};
}

} // namespace

std::string to_json(const Request& request)
{
    Json json = Json::object();
    json["request"] = request.number;
    json["method"] = name_of(method_names, request.method);
    put(json, "reference", request.reference);
    put(json, "media_type", request.media_type);
    if (request.digest)
        json["digest"] = request.digest->text();
    if (request.size)
        json["size"] = *request.size;
    if (request.has_file)
        json["file"] = true;
    if (request.has_pipe)
        json["pipe"] = true;
    put(json, "mount_from", request.mount_from);
    put(json, "artifact_type", request.artifact_type);
    put(json, "term", request.term);
    if (request.limit != 0)
        json["limit"] = request.limit;
    return oci::image_json::dump(json);
}

Request parse_request(std::string_view text)
{
    const Json document = oci::image_json::parse(text, "request");
    const Object json{document, "request"};
    Request request;
    request.number = json.number("request");
    request.method = value_of(method_names, json.text("method"));
    request.reference = json.text("reference");
    request.media_type = json.text("media_type");
    request.digest = digest_in(json);
    if (document.contains("size"))
        request.size = json.number("size");
    request.has_file = json.flag("file");
    request.has_pipe = json.flag("pipe");
    request.mount_from = json.texts("mount_from");
    request.artifact_type = json.text("artifact_type");
    request.term = json.text("term");
    request.limit = json.number("limit");
    return request;
}

std::string to_json(const Event& event)
{
    Json json = Json::object();
    json["request"] = event.number;
    json["event"] = name_of(kind_names, event.kind);
    if (event.bytes != 0)
        json["bytes"] = event.bytes;
    put(json, "media_type", event.media_type);
    if (event.digest)
        json["digest"] = event.digest->text();
    put(json, "host", event.host);
    put(json, "identity_token", event.identity_token);
    if (event.arrival != Arrival::uploaded)
        json["arrival"] = name_of(arrival_names, event.arrival);
    if (event.failure) {
        json["error"]["name"] = row_of(event.failure->code()).name;
        json["error"]["message"] = event.failure->message();
    }
    // What a message quotes of a registry's answer may be anything.
    return json_text(json, StrayBytes::replaced);
}

Event parse_event(std::string_view text)
{
    try {
        const Json document = oci::image_json::parse(text, "event");
        const Object json{document, "event"};
        Event event;
        event.number = json.number("request");
        event.kind = value_of(kind_names, json.text("event"));
        event.bytes = json.number("bytes");
        event.media_type = json.text("media_type");
        event.digest = digest_in(json);
        event.host = json.text("host");
        event.identity_token = json.text("identity_token");
        if (document.contains("arrival"))
            event.arrival = value_of(arrival_names, json.text("arrival"));
        if (event.kind == EventKind::failed)
            event.failure = failure_in(json);
        return event;
    } catch (const Failure& failure) {
        throw Failure{ErrorCode::internal, "slipway-registry: " + failure.message()};
    }
}

} // namespace slipway::registry
