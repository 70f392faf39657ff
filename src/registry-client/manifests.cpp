// SPDX-License-Identifier: LGPL-2.1-or-later
// Manifests: never larger than 4 MiB, and always what their digest says.
#include "registry-client/manifests.hpp"

#include "base/json.hpp"
#include "hashing/sha256.hpp"
#include "oci/http_fields.hpp"
#include "oci/image_index.hpp"

namespace slipway::registry_client {

namespace {

std::string accepted()
{
    std::string list = "Accept: ";
    for (const std::string_view type : {oci::manifest_media_type, oci::index_media_type,
                                        oci::docker_manifest_media_type, oci::docker_index_media_type})
        list += std::string{type} + ", ";
    return list + "*/*;q=0.1";
}

// Servers that know no manifests send them as plain text or JSON.
std::string media_type_of(const HttpAnswer& answer)
{
    std::string sent = oci::parse_media_type(answer.header("content-type"));
    if (sent.starts_with("application/vnd."))
        return sent;
    const Json document = parse_json(answer.body);
    if (document.is_object())
        if (const auto own = document.find("mediaType"); own != document.end() && own->is_string())
            return own->get<std::string>();
    switch (oci::kind_of(sent, answer.body)) {
    case oci::DocumentKind::manifest:
        return std::string{oci::manifest_media_type};
    case oci::DocumentKind::index:
        return std::string{oci::index_media_type};
    default:
        return sent;
    }
}

Document document_of(const Origin& origin, HttpAnswer answer, const std::string& reference)
{
    const std::string deed =
        "the manifest " + reference + " of " + origin.repository() + " at " + origin.host();
    if (answer.is_body_cut)
        throw Failure{ErrorCode::invalid_manifest, deed + " is larger than 4 MiB"};
    const Digest digest = hashing::digest_of(answer.body);
    const auto require = [&](const std::string& claimed) {
        // Of another algorithm than ours it cannot be said.
        if (const Result<Digest> claim = Digest::parse(claimed); claim && claim.value() != digest)
            throw Failure{ErrorCode::digest_mismatch,
                          deed + " is not what its digest says, but has " + digest.text()};
    };
    require(reference);
    require(answer.header("docker-content-digest"));
    std::string media_type = media_type_of(answer);
    return Document{std::move(media_type), digest, std::move(answer.body), origin.host()};
}

async::Task<Document> get_from(Origin& origin, std::string reference)
{
    Call call;
    call.deed = "getting the manifest " + reference + " of " + origin.repository();
    call.path = origin.repository() + "/manifests/" + reference;
    call.headers.push_back(accepted());
    call.scopes = origin.scopes("pull");
    call.answer_limit = oci::manifest_limit;
    HttpAnswer answer = co_await origin.call(std::move(call), 200);
    co_return document_of(origin, std::move(answer), reference);
}

} // namespace

async::Task<Document> get_manifest(Origins& origins, std::string reference)
{
    Failures failures;
    const auto by = Digest::parse(reference) ? Origins::By::digest : Origins::By::tag;
    for (Origin* origin : origins.to_ask(by)) {
        try {
            Document document = co_await get_from(*origin, reference);
            origins.prefer(*origin);
            co_return document;
        } catch (const Failure& failure) {
            failures.add(*origin, failure);
        }
    }
    failures.rethrow();
}

async::Task<Digest> put_manifest(Origins& origins, std::string reference, std::string media_type,
                                 std::string bytes)
{
    if (bytes.size() > oci::manifest_limit)
        throw Failure{ErrorCode::invalid_manifest, "the manifest is larger than 4 MiB"};
    Origin& origin = origins.registry();
    const Digest digest = hashing::digest_of(bytes);
    Call call;
    call.deed = "putting the manifest " + reference + " of " + origin.repository();
    call.method = "PUT";
    call.path = origin.repository() + "/manifests/" + reference;
    call.headers.push_back("Content-Type: " + media_type);
    call.scopes = origin.scopes("pull,push");
    call.body = std::move(bytes);
    const HttpAnswer answer = co_await origin.call(std::move(call), 201);
    const Result<Digest> claimed = Digest::parse(answer.header("docker-content-digest"));
    if (claimed && claimed.value() != digest)
        throw Failure{ErrorCode::digest_mismatch,
                      origin.host() + " has made another manifest of it: " + claimed.value().text() +
                          " instead of " + digest.text()};
    co_return digest;
}

} // namespace slipway::registry_client
