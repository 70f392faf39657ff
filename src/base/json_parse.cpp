// SPDX-License-Identifier: LGPL-2.1-or-later
// parse_json: the one file that has nlohmann's library, for its parser.
#include "base/json.hpp"

#include <nlohmann/json.hpp>

namespace slipway {

namespace {

using Library = nlohmann::json;

// Each level is a call more for who writes, compares or destroys the value.
constexpr std::size_t depth_limit = 200;

// Told what stands in the text, one thing after the other; false ends the parsing.
class Builder {
  public:
    explicit Builder(MemberOrder order) : order_{order} {}

    Json take() { return std::move(top_); }

    bool null() { return add({}); }
    bool boolean(bool value) { return add(value); }
    bool number_integer(Library::number_integer_t number) { return add(number); }
    bool number_unsigned(Library::number_unsigned_t number) { return add(number); }
    bool number_float(Library::number_float_t number, const std::string& /*text*/) { return add(number); }
    bool string(std::string& text) { return add(std::move(text)); }
    bool binary(Library::binary_t& /*bytes*/) { return false; } // no text has it

    bool start_object(std::size_t /*unknown*/) { return open(Kind::object); }
    bool start_array(std::size_t /*unknown*/) { return open(Kind::array); }
    bool key(std::string& name)
    {
        open_.back().name = std::move(name);
        return true;
    }
    bool end_object() { return add(Json(close().members, order_)); }
    bool end_array() { return add(Json(close().values)); }

    static bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                            const Library::exception& /*error*/)
    {
        return false;
    }

  private:
    enum class Kind { array, object };

    // What was opened and not closed yet.
    struct Open {
        Kind kind = Kind::array;
        Json::Array values;
        std::string name; // of the member that comes next
        Json::Members members;
    };

    bool open(Kind kind)
    {
        open_.emplace_back().kind = kind;
        return open_.size() <= depth_limit;
    }

    Open close()
    {
        Open closed = std::move(open_.back());
        open_.pop_back();
        return closed;
    }

    bool add(Json value)
    {
        if (open_.empty())
            top_ = std::move(value);
        else if (open_.back().kind == Kind::object)
            open_.back().members.push_back({std::move(open_.back().name), std::move(value)});
        else
            open_.back().values.push_back(std::move(value));
        return true;
    }

    MemberOrder order_;
    Json top_;
    std::vector<Open> open_;
};

} // namespace

Json parse_json(std::string_view text, MemberOrder order)
{
    Builder builder{order};
    if (Library::sax_parse(text, &builder))
        return builder.take();
    Json discarded;
    discarded.value_ = Json::Discarded{};
    return discarded;
}

} // namespace slipway
