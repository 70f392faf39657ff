// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading image documents: type checks, and failures with the member's place.
#include "oci/image_json.hpp"

#include "base/failure.hpp"
#include "oci/manifest.hpp"

#include <utility>

namespace slipway::oci::image_json {

namespace {

const Json nothing;
const Json no_values = Json::array();

[[noreturn]] void refuse(const std::string& where, std::string_view reason)
{
    throw Failure{ErrorCode::invalid_argument, where + ": " + std::string{reason}};
}

const std::string& text_of(const Json& value, const std::string& where)
{
    if (!value.is_string())
        refuse(where, "not a string");
    const std::string& text = value.text();
    if (text.find('\0') != std::string::npos)
        refuse(where, "a string with a NUL character");
    return text;
}

void check_key(const std::string& key, const std::string& where)
{
    if (key.find('\0') != std::string::npos)
        refuse(where, "a name with a NUL character");
}

Digest digest_of(const Json& value, const std::string& where)
{
    Result<Digest> digest = Digest::parse(text_of(value, where));
    if (!digest)
        refuse(where, digest.failure().message());
    return std::move(digest).value();
}

} // namespace

Object::Object(const Json& value, std::string where) : value_{&value}, where_{std::move(where)}
{
    if (!value.is_object() && !value.is_null())
        refuse(where_, "not an object");
}

std::string Object::at(const char* name) const
{
    return where_ + "." + name;
}

const Json& Object::find(const char* name) const
{
    const Json* const found = value_->find(name);
    return found == nullptr ? nothing : *found;
}

const Json& Object::find_array(const char* name) const
{
    const Json& value = find(name);
    if (value.is_null())
        return no_values;
    if (!value.is_array())
        refuse(at(name), "not an array");
    return value;
}

std::string Object::text(const char* name) const
{
    const Json& value = find(name);
    return value.is_null() ? std::string{} : text_of(value, at(name));
}

std::uint64_t Object::number(const char* name) const
{
    const Json& value = find(name);
    if (value.is_null())
        return 0;
    try {
        return value.get<std::uint64_t>();
    } catch (const Json::Error&) {
        refuse(at(name), "not a whole number from 0 on");
    }
}

bool Object::flag(const char* name) const
{
    const Json& value = find(name);
    if (!value.is_boolean() && !value.is_null())
        refuse(at(name), "neither true nor false");
    return value.is_boolean() && value.get<bool>();
}

std::vector<std::string> Object::texts(const char* name) const
{
    std::vector<std::string> texts;
    for (const Json& value : find_array(name))
        texts.push_back(text_of(value, at(name)));
    return texts;
}

std::map<std::string, std::string> Object::text_map(const char* name) const
{
    std::map<std::string, std::string> map;
    const Object inner = object(name);
    if (inner.value_->is_object())
        for (const auto& [key, value] : inner.value_->members()) {
            check_key(key, inner.where_);
            map.emplace(key, text_of(value, inner.at(key.c_str())));
        }
    return map;
}

std::set<std::string> Object::name_set(const char* name) const
{
    std::set<std::string> names;
    const Object inner = object(name);
    if (inner.value_->is_object())
        for (const auto& [key, value] : inner.value_->members()) {
            check_key(key, inner.where_);
            names.insert(key);
        }
    return names;
}

Digest Object::digest(const char* name) const
{
    return digest_of(find(name), at(name));
}

std::vector<Digest> Object::digests(const char* name) const
{
    std::vector<Digest> digests;
    for (const Json& value : find_array(name))
        digests.push_back(digest_of(value, at(name)));
    return digests;
}

Object Object::object(const char* name) const
{
    return Object{find(name), at(name)};
}

std::vector<Object> Object::objects(const char* name) const
{
    std::vector<Object> objects;
    for (const Json& value : find_array(name))
        objects.emplace_back(value, at(name) + "[" + std::to_string(objects.size()) + "]");
    return objects;
}

Json parse(std::string_view text, std::string_view what)
{
    if (text.size() > manifest_limit)
        refuse(std::string{what}, "larger than " + std::to_string(manifest_limit) + " bytes");
    Json document = parse_json(text);
    if (document.is_discarded())
        refuse(std::string{what}, "not JSON");
    if (!document.is_object())
        refuse(std::string{what}, "not a JSON object");
    return document;
}

std::string dump(const Json& value)
{
    try {
        return json_text(value);
    } catch (const Json::Error&) {
        throw Failure{ErrorCode::invalid_argument, "text of an image must be UTF-8"};
    }
}

} // namespace slipway::oci::image_json
