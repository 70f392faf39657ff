// SPDX-License-Identifier: LGPL-2.1-or-later
// Json: its kinds, and its members in their order.
#include "base/json.hpp"

#include <algorithm>

namespace slipway {

namespace {

constexpr auto by_name = [](const Json::Member& member, std::string_view name) { return member.name < name; };

// Of two with the same name the later stays.
void sort(Json::Members& members)
{
    std::stable_sort(members.begin(), members.end(), [](const Json::Member& one, const Json::Member& other) {
        return one.name < other.name;
    });
    const auto kept =
        std::unique(members.rbegin(), members.rend(), [](const Json::Member& one, const Json::Member& other) {
            return one.name == other.name;
        });
    members.erase(members.begin(), kept.base());
}

} // namespace

Json::Json() noexcept = default;
Json::Json(const Json& other) = default;
Json::Json(Json&& other) noexcept = default;
Json& Json::operator=(const Json& other) = default;
Json& Json::operator=(Json&& other) noexcept = default;
Json::~Json() = default;

Json::Json(std::nullptr_t) noexcept
{
}
Json::Json(bool value) noexcept : value_{value}
{
}
Json::Json(double number) noexcept : value_{number}
{
}
Json::Json(const char* text) : value_{std::string{text}}
{
}
Json::Json(std::string text) noexcept : value_{std::move(text)}
{
}
Json::Json(std::string_view text) : value_{std::string{text}}
{
}
Json::Json(std::initializer_list<Member> members) : Json(Members(members))
{
}
Json::Json(Array values) noexcept : value_{std::move(values)}
{
}

Json::Json(Members members, MemberOrder order)
{
    if (order == MemberOrder::sorted)
        sort(members);
    value_ = Object{std::move(members), order};
}

Json Json::array(std::initializer_list<Json> values)
{
    return Json(Array(values));
}

Json Json::object(MemberOrder order)
{
    return Json{Members{}, order};
}

bool Json::is_null() const noexcept
{
    return std::holds_alternative<std::nullptr_t>(value_);
}

bool Json::is_boolean() const noexcept
{
    return std::holds_alternative<bool>(value_);
}

bool Json::is_integer() const noexcept
{
    return std::holds_alternative<std::int64_t>(value_) || std::holds_alternative<std::uint64_t>(value_);
}

bool Json::is_string() const noexcept
{
    return std::holds_alternative<std::string>(value_);
}

bool Json::is_array() const noexcept
{
    return std::holds_alternative<Array>(value_);
}

bool Json::is_object() const noexcept
{
    return std::holds_alternative<Object>(value_);
}

bool Json::is_discarded() const noexcept
{
    return std::holds_alternative<Discarded>(value_);
}

void Json::get_to(bool& target) const
{
    const bool* const value = std::get_if<bool>(&value_);
    if (value == nullptr)
        throw Error{"must be true or false"};
    target = *value;
}

void Json::get_to(std::string& target) const
{
    target = text();
}

void Json::get_to(Json& target) const
{
    target = *this;
}

const std::string& Json::text() const
{
    const auto* const text = std::get_if<std::string>(&value_);
    if (text == nullptr)
        throw Error{"must be a string"};
    return *text;
}

const Json& Json::at(std::size_t index) const
{
    if (index >= values().size())
        throw Error{"entry " + std::to_string(index) + " is missing"};
    return values()[index];
}

const Json* Json::begin() const
{
    return values().data();
}

const Json* Json::end() const
{
    return values().data() + values().size();
}

std::size_t Json::size() const
{
    return is_object() ? members().size() : values().size();
}

bool Json::empty() const
{
    return is_null() || size() == 0;
}

void Json::push_back(Json value)
{
    if (is_null())
        value_ = Array{};
    static_cast<void>(values());
    std::get<Array>(value_).push_back(std::move(value));
}

const Json& Json::at(std::string_view name) const
{
    static_cast<void>(members());
    const Json* const found = find(name);
    if (found == nullptr)
        throw Error{"'" + std::string{name} + "' is missing"};
    return *found;
}

const Json* Json::find(std::string_view name) const
{
    const auto* const object = std::get_if<Object>(&value_);
    if (object == nullptr)
        return nullptr;
    const Members& members = object->members;
    const auto found = object->order == MemberOrder::as_written
                           ? std::find_if(members.begin(), members.end(),
                                          [name](const Member& member) { return member.name == name; })
                           : std::lower_bound(members.begin(), members.end(), name, by_name);
    return found == members.end() || found->name != name ? nullptr : &found->value;
}

bool Json::contains(std::string_view name) const
{
    return find(name) != nullptr;
}

std::string Json::value(std::string_view name, const char* otherwise) const
{
    return value(name, std::string{otherwise});
}

const Json::Members& Json::members() const
{
    const auto* const object = std::get_if<Object>(&value_);
    if (object == nullptr)
        throw Error{"must be an object"};
    return object->members;
}

Json& Json::operator[](std::string_view name)
{
    if (is_null())
        value_ = Object{};
    static_cast<void>(members());
    if (const Json* const found = find(name))
        return const_cast<Json&>(*found); // NOLINT: this is not const
    auto& [members, order] = std::get<Object>(value_);
    const auto place = order == MemberOrder::as_written
                           ? members.end()
                           : std::lower_bound(members.begin(), members.end(), name, by_name);
    return members.insert(place, Member{std::string{name}, {}})->value;
}

bool Json::Object::operator==(const Object& other) const
{
    return members == other.members;
}

bool operator==(const Json& one, const Json& other)
{
    return one.value_ == other.value_;
}

void Json::set(std::int64_t number) noexcept
{
    if (number < 0)
        value_ = number;
    else
        value_ = static_cast<std::uint64_t>(number);
}

void Json::set(std::uint64_t number) noexcept
{
    value_ = number;
}

std::int64_t Json::whole(std::int64_t least, std::int64_t most) const
{
    if (const auto* const negative = std::get_if<std::int64_t>(&value_)) {
        if (*negative >= least)
            return *negative;
        throw Error{"is out of range"};
    }
    return static_cast<std::int64_t>(whole(static_cast<std::uint64_t>(most)));
}

std::uint64_t Json::whole(std::uint64_t most) const
{
    if (!is_integer())
        throw Error{"must be a whole number"};
    const auto* const number = std::get_if<std::uint64_t>(&value_);
    if (number == nullptr || *number > most)
        throw Error{"is out of range"};
    return *number;
}

const Json::Array& Json::values() const
{
    const auto* const values = std::get_if<Array>(&value_);
    if (values == nullptr)
        throw Error{"must be an array"};
    return *values;
}

} // namespace slipway
