// SPDX-License-Identifier: LGPL-2.1-or-later
// YAML, event by event (yaml-cpp): a tree of nodes would share what aliases repeat, and hide how large it is.
#include "oci/yaml.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace slipway::oci {

namespace {

// How much aliases may add to a document, in values and bytes of text.
constexpr std::size_t alias_limit = 65'536;
constexpr std::size_t depth_limit = 64;

constexpr std::string_view core_tags = "tag:yaml.org,2002:";

[[noreturn]] void refuse(const YAML::Mark& mark, const std::string& reason)
{
    throw Failure{ErrorCode::invalid_argument, "line " + std::to_string(mark.line + 1) + ", column " +
                                                   std::to_string(mark.column + 1) + ": " + reason};
}

std::optional<std::int64_t> whole_number(std::string text)
{
    std::erase(text, '_');
    const bool is_negative = text.starts_with('-');
    std::string_view digits = text;
    if (is_negative || digits.starts_with('+'))
        digits.remove_prefix(1);
    int base = 10;
    const auto take = [&](std::string_view prefix, int of) {
        if (base == 10 && digits.size() > prefix.size() && digits.starts_with(prefix)) {
            digits.remove_prefix(prefix.size());
            base = of;
        }
    };
    take("0x", 16);
    take("0b", 2);
    take("0o", 8);
    take("0", 8); // as YAML 1.1 has it, and modes are written
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() || number > INT64_MAX)
        return std::nullopt;
    return is_negative ? -static_cast<std::int64_t>(number) : static_cast<std::int64_t>(number);
}

bool is_null(std::string_view word)
{
    return word.empty() || word == "~" || word == "null" || word == "Null" || word == "NULL";
}

// What a plain word of a typed member means; text that is neither is refused by whoever reads it.
Json typed_value(const std::string& word)
{
    if (word == "true" || word == "True" || word == "TRUE")
        return true;
    if (word == "false" || word == "False" || word == "FALSE")
        return false;
    if (const std::optional<std::int64_t> number = whole_number(word))
        return *number < 0 ? Json(*number) : Json(static_cast<std::uint64_t>(*number));
    return word;
}

class Builder : public YAML::EventHandler {
  public:
    Builder(const std::set<std::string_view>& typed, std::size_t size)
        : typed_{&typed}, size_limit_{2 * size + alias_limit}
    {
    }

    Json take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        put(mark, anchor, {nullptr, 1, 0});
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        const auto found = anchored_.find(anchor);
        if (found == anchored_.end())
            refuse(mark, "an alias of what it is a part of");
        if (const Json& value = found->second.value; awaits_name() && value.is_string())
            name(mark, value.get_ref<const std::string&>());
        else
            put(mark, 0, found->second);
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& word) override
    {
        const bool is_plain = tag == "?" || tag.empty();
        if (!is_plain && tag != "!" && tag != std::string{core_tags} + "str")
            refuse(mark, "the tag '" + tag + "' is not known here");
        if (awaits_name()) {
            name(mark, word);
            if (anchor != 0)
                anchored_[anchor] = {word, 1 + word.size(), 0};
        } else if (is_plain && is_null(word)) {
            put(mark, anchor, {nullptr, 1, 0});
        } else {
            put(mark, anchor, {is_plain && is_typed() ? typed_value(word) : Json(word), 1 + word.size(), 0});
        }
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override
    {
        begin(mark, tag, "seq", anchor, Json::array());
    }
    void OnSequenceEnd() override { end(); }

    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override
    {
        begin(mark, tag, "map", anchor, Json::object());
    }
    void OnMapEnd() override { end(); }

  private:
    struct Written {
        Json value;
        std::size_t size = 1;  // of all that is in it
        std::size_t depth = 0; // of arrays and objects, itself included
    };
    // An array or an object that has begun.
    struct Open {
        Json value;
        YAML::Mark mark;
        YAML::anchor_t anchor = 0;
        std::size_t begin = 0; // what was written before it
        std::size_t depth = 1;
        std::optional<std::string> name; // of an object's member whose value is awaited
    };

    bool awaits_name() const
    {
        return !open_.empty() && open_.back().value.is_object() && !open_.back().name;
    }

    // In a member with typed words, or a list there.
    bool is_typed() const
    {
        const auto object = std::find_if(open_.rbegin(), open_.rend(),
                                         [](const Open& open) { return open.name.has_value(); });
        return object != open_.rend() && typed_->contains(*object->name);
    }

    void name(const YAML::Mark& mark, const std::string& word)
    {
        if (open_.back().value.contains(word))
            refuse(mark, "'" + word + "' is there twice");
        open_.back().name = word;
    }

    void begin(const YAML::Mark& mark, const std::string& tag, const char* own, YAML::anchor_t anchor,
               Json value)
    {
        if (tag != "?" && !tag.empty() && tag != "!" && tag != std::string{core_tags} + own)
            refuse(mark, "the tag '" + tag + "' is not known here");
        require_value(mark);
        if (open_.size() >= depth_limit)
            refuse(mark, "nested too deeply");
        open_.push_back({std::move(value), mark, anchor, size_, 1, {}});
    }

    void end()
    {
        Open done = std::move(open_.back());
        open_.pop_back();
        const std::size_t inside = size_ - done.begin;
        size_ = done.begin;
        put(done.mark, done.anchor, {std::move(done.value), inside + 1, done.depth});
    }

    void require_value(const YAML::Mark& mark) const
    {
        if (awaits_name())
            refuse(mark, "a name must be text, written out");
    }

    void put(const YAML::Mark& mark, YAML::anchor_t anchor, Written written)
    {
        require_value(mark);
        size_ += written.size;
        if (size_ > size_limit_)
            refuse(mark, "too large");
        if (open_.size() + written.depth > depth_limit)
            refuse(mark, "nested too deeply");
        if (anchor != 0)
            anchored_[anchor] = written;
        if (open_.empty()) {
            root_ = std::move(written.value);
            return;
        }
        Open& open = open_.back();
        open.depth = std::max(open.depth, written.depth + 1);
        if (open.value.is_array())
            open.value.push_back(std::move(written.value));
        else
            open.value[*std::exchange(open.name, std::nullopt)] = std::move(written.value); // NOLINT
    }

    const std::set<std::string_view>* typed_;
    std::size_t size_limit_;
    Json root_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, Written> anchored_;
    std::size_t size_ = 0; // written so far
};

} // namespace

Result<Json> parse_yaml(std::string_view text, const std::set<std::string_view>& typed)
{
    std::istringstream input{std::string{text}};
    try {
        YAML::Parser parser{input};
        Builder builder{typed, text.size()};
        if (!parser.HandleNextDocument(builder))
            return Failure{ErrorCode::invalid_argument, "has no document"};
        Builder second{typed, text.size()};
        if (parser.HandleNextDocument(second))
            return Failure{ErrorCode::invalid_argument, "has more than one document"};
        return builder.take();
    } catch (const YAML::Exception& error) {
        return Failure{ErrorCode::invalid_argument, "line " + std::to_string(error.mark.line + 1) +
                                                        ", column " + std::to_string(error.mark.column + 1) +
                                                        ": " + error.msg};
    } catch (const Failure& failure) {
        return failure;
    }
}

} // namespace slipway::oci
