// SPDX-License-Identifier: LGPL-2.1-or-later
// YAML, event by event (yaml-cpp): a tree of its nodes would share what aliases repeat, and hide how large it
// is.
#include "compose/yaml_reader.hpp"

#include "compose/place.hpp"

#include <algorithm>
#include <optional>
#include <sstream>
#include <utility>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace slipway::compose {

namespace {

constexpr std::size_t file_limit = 1'048'576;
constexpr std::size_t document_limit = 64;
// How much aliases may add to a document, in values and bytes of text.
constexpr std::size_t alias_limit = 65'536;
constexpr std::size_t depth_limit = 64;

bool is_null_word(std::string_view word)
{
    return word.empty() || word == "~" || word == "null" || word == "Null" || word == "NULL";
}

class TreeBuilder : public YAML::EventHandler {
  public:
    TreeBuilder(const Source& source, std::size_t size_limit) : source_{&source}, size_limit_{size_limit} {}

    // In values and bytes of text.
    std::size_t size() const { return size_; }
    YamlNode take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        put(anchor, {node(YamlNode::Kind::null, mark), 1, 0});
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        const auto found = anchored_.find(anchor);
        if (found == anchored_.end())
            refuse(place(mark), {}, "an alias of what it is a part of");
        if (awaits_name()) {
            if (!found->second.value.is_text())
                refuse(place(mark), {}, "a name must be text");
            name(mark, found->second.value.text, Quotes::there);
        } else {
            put(0, found->second);
        }
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& word) override
    {
        const bool is_plain = tag == "?" || tag.empty();
        if (awaits_name()) {
            name(mark, word, is_plain ? Quotes::none : Quotes::there);
            if (anchor != 0) {
                YamlNode text = node(YamlNode::Kind::text, mark);
                text.text = word;
                keep(anchor, {std::move(text), 1 + word.size(), 0});
            }
            return;
        }
        const YamlNode::Merging merging = merging_of(mark, tag);
        const bool may_be_null =
            is_plain || merging != YamlNode::Merging::merged || tag == "tag:yaml.org,2002:null";
        YamlNode value =
            node(may_be_null && is_null_word(word) ? YamlNode::Kind::null : YamlNode::Kind::text, mark);
        value.merging = merging;
        value.is_plain = may_be_null;
        if (value.is_text())
            value.text = word;
        put(anchor, {std::move(value), 1 + word.size(), 0});
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override
    {
        begin(YamlNode::Kind::list, mark, tag, anchor);
    }
    void OnSequenceEnd() override { end(); }

    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override
    {
        begin(YamlNode::Kind::mapping, mark, tag, anchor);
    }
    void OnMapEnd() override
    {
        for (const YamlNode& merged : open_.back().merged)
            merge_in(merged);
        end();
    }

  private:
    enum class Quotes : std::uint8_t { none, there };

    struct Written {
        YamlNode value;
        std::size_t size = 1;  // of all that is in it
        std::size_t depth = 0; // of lists and mappings, itself included
    };
    // A list or a mapping that has begun.
    struct Open {
        YamlNode value;
        YAML::anchor_t anchor = 0;
        std::size_t begin = 0; // what was written before it
        std::size_t depth = 1;
        std::optional<std::string> name; // of a mapping's member whose value is awaited
        Mark name_mark;
        bool is_merge_key = false;
        std::vector<YamlNode> merged; // values of its merge key
    };

    Mark place(const YAML::Mark& mark) const
    {
        return {source_, static_cast<std::uint32_t>(mark.line + 1),
                static_cast<std::uint32_t>(mark.column + 1)};
    }

    YamlNode node(YamlNode::Kind kind, const YAML::Mark& mark) const
    {
        YamlNode made;
        made.kind = kind;
        made.mark = place(mark);
        made.name_mark = made.mark;
        return made;
    }

    YamlNode::Merging merging_of(const YAML::Mark& mark, const std::string& tag) const
    {
        if (tag == "!reset")
            return YamlNode::Merging::removed;
        if (tag == "!override")
            return YamlNode::Merging::replaced;
        constexpr std::string_view core = "tag:yaml.org,2002:";
        const std::string_view own = std::string_view{tag}.starts_with(core)
                                         ? std::string_view{tag}.substr(core.size())
                                         : std::string_view{};
        const bool is_known = tag.empty() || tag == "?" || tag == "!" || own == "str" || own == "int" ||
                              own == "float" || own == "bool" || own == "null" || own == "seq" ||
                              own == "map";
        if (!is_known)
            refuse(place(mark), {}, "the tag " + in_quotes(tag) + " is not known; !reset and !override are");
        return YamlNode::Merging::merged;
    }

    bool awaits_name() const
    {
        return !open_.empty() && open_.back().value.is_mapping() && !open_.back().name;
    }

    void name(const YAML::Mark& mark, const std::string& word, Quotes quotes)
    {
        Open& open = open_.back();
        open.is_merge_key = word == "<<" && quotes == Quotes::none;
        if (!open.is_merge_key && open.value.mapping.contains(word))
            refuse(place(mark), {}, in_quotes(word) + " is there twice");
        open.name = word;
        open.name_mark = place(mark);
    }

    void begin(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor)
    {
        if (awaits_name())
            refuse(place(mark), {}, "a name must be text");
        if (open_.size() >= depth_limit)
            refuse(place(mark), {}, "nested too deeply");
        Open open;
        open.value = node(kind, mark);
        open.value.merging = merging_of(mark, tag);
        open.anchor = anchor;
        open.begin = size_;
        open_.push_back(std::move(open));
    }

    void end()
    {
        Open done = std::move(open_.back());
        open_.pop_back();
        const std::size_t inside = size_ - done.begin;
        size_ = done.begin;
        put(done.anchor, {std::move(done.value), inside + 1, done.depth});
    }

    void keep(YAML::anchor_t anchor, Written written)
    {
        // What an anchor keeps is a copy too.
        kept_ += written.size;
        if (kept_ > size_limit_ * 2)
            refuse(written.value.mark, {}, "too large: too much of it has anchors within anchors");
        anchored_[anchor] = std::move(written);
    }

    void put(YAML::anchor_t anchor, Written written)
    {
        if (awaits_name())
            refuse(written.value.mark, {}, "a name must be text, written out");
        size_ += written.size;
        if (size_ > size_limit_)
            refuse(written.value.mark, {}, "too large once its aliases are written out");
        if (open_.size() + written.depth > depth_limit)
            refuse(written.value.mark, {}, "nested too deeply");
        if (anchor != 0)
            keep(anchor, written);
        if (open_.empty()) {
            root_ = std::move(written.value);
            return;
        }
        Open& open = open_.back();
        open.depth = std::max(open.depth, written.depth + 1);
        if (open.value.is_list()) {
            open.value.list.push_back(std::move(written.value));
            return;
        }
        const std::string name = *std::exchange(open.name, std::nullopt); // NOLINT: it has one
        written.value.name_mark = open.name_mark;
        if (open.is_merge_key)
            take_merge_key(open, std::move(written.value));
        else
            open.value.mapping[name] = std::move(written.value);
    }

    // https://yaml.org/type/merge.html: a mapping or several; what the mapping says itself comes first, then
    // the earlier ones of a list.
    static void take_merge_key(Open& open, YamlNode value)
    {
        if (value.is_mapping()) {
            open.merged.push_back(std::move(value));
        } else if (value.is_list()) {
            for (YamlNode& entry : value.list) {
                if (!entry.is_mapping())
                    refuse(entry.mark, {}, "what '<<' merges must be a mapping");
                open.merged.push_back(std::move(entry));
            }
        } else {
            refuse(value.mark, {}, "what '<<' merges must be a mapping or a list of them");
        }
    }

    void merge_in(const YamlNode& merged)
    {
        YamlNode& value = open_.back().value;
        for (const auto& [name, member] : merged.mapping)
            value.mapping.emplace(name, member);
    }

    const Source* source_;
    std::size_t size_limit_;
    YamlNode root_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, Written> anchored_;
    std::size_t size_ = 0; // written so far
    std::size_t kept_ = 0;
};

} // namespace

std::vector<YamlNode> read_yaml(std::string_view text, const Source& source)
{
    const Mark begin{&source, 1, 1};
    if (text.size() > file_limit)
        refuse(begin, {}, "larger than a mebibyte, which no Compose file is");
    std::istringstream input{std::string{text}};
    std::vector<YamlNode> documents;
    std::size_t size_limit = 2 * text.size() + alias_limit; // of all documents
    try {
        YAML::Parser parser{input};
        for (std::size_t count = 0;; ++count) {
            TreeBuilder builder{source, size_limit};
            if (!parser.HandleNextDocument(builder))
                return documents;
            size_limit -= builder.size();
            if (count == document_limit)
                refuse(begin, {}, "has more than " + std::to_string(document_limit) + " documents");
            if (YamlNode document = builder.take(); !document.is_null())
                documents.push_back(std::move(document));
        }
    } catch (const YAML::Exception& error) {
        refuse({&source, static_cast<std::uint32_t>(std::max(0, error.mark.line) + 1),
                static_cast<std::uint32_t>(std::max(0, error.mark.column) + 1)},
               {}, "this is no YAML: " + error.msg);
    }
}

} // namespace slipway::compose
