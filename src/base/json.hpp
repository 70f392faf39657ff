// SPDX-License-Identifier: LGPL-2.1-or-later
// JSON (RFC 8259): a value, read from text and written as text.
//
// Braces are objects, arrays have their name:
//     Json{{"method", "exec"}, {"streams", Json::array({"stdin", "stdout"})}, {"limits", {{"pids", 7}}}}
//
// No template library of JSON stands behind this header: what each source would instantiate of one costs the
// compiler seconds.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace slipway {

// For programs, or for people's eyes: there a member is looked for among all.
enum class MemberOrder { sorted, as_written };

// An array of values; texts and paths are none.
template <typename T>
concept JsonList = !std::same_as<typename T::value_type, char>;

class Json {
  public:
    struct Member;
    using Array = std::vector<Json>;
    using Members = std::vector<Member>;

    // A value is not what somebody takes it for: "must be a string", "'pid' is missing".
    struct Error : std::runtime_error {
        using std::runtime_error::runtime_error;
    };

    Json() noexcept; // null
    Json(const Json& other);
    Json(Json&& other) noexcept;
    Json& operator=(const Json& other);
    Json& operator=(Json&& other) noexcept;
    ~Json();

    // NOLINTBEGIN(google-explicit-constructor): it is written as what it holds
    Json(std::nullptr_t) noexcept;
    Json(bool value) noexcept;
    Json(double number) noexcept;
    Json(const char* text);
    Json(std::string text) noexcept;
    Json(std::string_view text);
    template <std::signed_integral T>
    Json(T number) noexcept : Json{}
    {
        set(std::int64_t{number});
    }
    template <std::unsigned_integral T>
    Json(T number) noexcept : Json{}
    {
        set(std::uint64_t{number});
    }
    template <JsonList T>
    Json(const T& values) : Json(array())
    {
        for (const auto& value : values)
            push_back(value);
    }
    template <typename T>
    Json(const std::map<std::string, T>& values) : Json(object())
    {
        for (const auto& [name, value] : values)
            (*this)[name] = value;
    }
    Json(std::initializer_list<Member> members);
    // An array has its name: array().
    template <typename T>
    Json(std::initializer_list<T> values) = delete;
    // NOLINTEND(google-explicit-constructor)
    explicit Json(Array values) noexcept;
    // Of two with the same name the later counts.
    explicit Json(Members members, MemberOrder order = MemberOrder::sorted);

    static Json array(std::initializer_list<Json> values = {});
    static Json object(MemberOrder order = MemberOrder::sorted);

    bool is_null() const noexcept;
    bool is_boolean() const noexcept;
    bool is_integer() const noexcept;
    bool is_string() const noexcept;
    bool is_array() const noexcept;
    bool is_object() const noexcept;
    // What parse_json() makes of a text that is no JSON; of none of the kinds above.
    bool is_discarded() const noexcept;

    // bool, whole numbers (exactly, and in T's range), std::string, vectors and maps of these.
    template <typename T>
    T get() const
    {
        T target{};
        get_to(target);
        return target;
    }
    void get_to(bool& target) const;
    void get_to(std::string& target) const;
    void get_to(Json& target) const;
    template <std::signed_integral T>
    void get_to(T& target) const
    {
        target = static_cast<T>(whole(std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
    }
    template <std::unsigned_integral T>
    void get_to(T& target) const
    {
        target = static_cast<T>(whole(std::numeric_limits<T>::max()));
    }
    template <typename T>
    void get_to(std::vector<T>& target) const
    {
        target.clear();
        for (const Json& value : *this)
            target.push_back(value.get<T>());
    }
    template <typename T>
    void get_to(std::map<std::string, T>& target) const;
    const std::string& text() const;

    // Of an array, in range-for too.
    const Json& at(std::size_t index) const;
    const Json* begin() const;
    const Json* end() const;
    std::size_t size() const;   // or of an object
    bool empty() const;         // or null
    void push_back(Json value); // null becomes an array

    // Of an object.
    const Json& at(std::string_view name) const;
    const Json* find(std::string_view name) const; // nullptr: none, or this is no object
    bool contains(std::string_view name) const;
    template <typename T>
    T value(std::string_view name, T otherwise) const
    {
        static_cast<void>(members());
        if (const Json* const found = find(name))
            found->get_to(otherwise);
        return otherwise;
    }
    std::string value(std::string_view name, const char* otherwise) const;
    const Members& members() const;
    Json& operator[](std::string_view name); // made if there is none; null becomes an object

    friend bool operator==(const Json& one, const Json& other);

  private:
    friend class JsonTextWriter;
    friend Json parse_json(std::string_view text, MemberOrder order);

    struct Discarded {
        bool operator==(const Discarded& other) const = default;
    };
    struct Object {
        Members members;
        MemberOrder order = MemberOrder::sorted;
        bool operator==(const Object& other) const;
    };

    void set(std::int64_t number) noexcept;
    void set(std::uint64_t number) noexcept;
    std::int64_t whole(std::int64_t least, std::int64_t most) const;
    std::uint64_t whole(std::uint64_t most) const;
    const Array& values() const;

    // A whole number from 0 on is the unsigned one.
    std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string, Array, Object,
                 Discarded>
        value_;
};

struct Json::Member {
    std::string name;
    Json value;

    bool operator==(const Member& other) const = default;
};

template <typename T>
void Json::get_to(std::map<std::string, T>& target) const
{
    target.clear();
    for (const auto& [name, value] : members())
        value.get_to(target[name]);
}

// A discarded value when the text is no JSON, or nested deeper than 200 levels.
Json parse_json(std::string_view text, MemberOrder order = MemberOrder::sorted);

// What becomes of bytes that are no UTF-8: Json::Error, or U+FFFD.
enum class StrayBytes { refused, replaced };

// In one line, or with so many spaces of indentation a level.
std::string json_text(const Json& value, StrayBytes stray = StrayBytes::refused, int indent = -1);

} // namespace slipway
