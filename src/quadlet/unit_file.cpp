// SPDX-License-Identifier: LGPL-2.1-or-later
// UnitFile: read line by line, as systemd does.
#include "quadlet/unit_file.hpp"

#include <algorithm>

namespace slipway::quadlet {

namespace {

constexpr std::string_view blanks = " \t\r\f\v";

std::string_view stripped(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

bool is_comment(std::string_view line)
{
    const std::string_view text = stripped(line);
    return text.starts_with('#') || text.starts_with(';');
}

// An odd number of them: an even one is backslashes that are meant.
bool goes_on(std::string_view line)
{
    const std::size_t last = line.find_last_not_of('\\');
    return (line.size() - (last == std::string_view::npos ? 0 : last + 1)) % 2 == 1;
}

class Lines {
  public:
    explicit Lines(std::string_view text) : rest_{text} {}

    bool is_at_end() const noexcept { return rest_.empty(); }
    unsigned number() const noexcept { return number_; }
    std::string_view next()
    {
        const std::size_t end = rest_.find('\n');
        std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        ++number_;
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        return line;
    }

  private:
    std::string_view rest_;
    unsigned number_ = 0;
};

// LINE and those that it goes on in; comments between them are left out (systemd.syntax(7)).
std::string whole_line(std::string_view line, Lines& lines)
{
    std::string whole{line};
    while (goes_on(whole)) {
        whole.back() = ' ';
        if (lines.is_at_end())
            break;
        std::string_view more = lines.next();
        while (is_comment(more) && !lines.is_at_end())
            more = lines.next();
        if (is_comment(more))
            break;
        whole += more;
    }
    return whole;
}

Section& section_of(UnitFile& target, std::string_view name, const std::shared_ptr<const std::string>& file,
                    unsigned line)
{
    const auto found = std::find_if(target.sections.begin(), target.sections.end(),
                                    [name](const Section& section) { return section.name == name; });
    if (found != target.sections.end())
        return *found;
    return target.sections.emplace_back(Section{std::string{name}, {}, file, line});
}

} // namespace

const Section* UnitFile::find_section(std::string_view name) const
{
    const auto found = std::find_if(sections.begin(), sections.end(),
                                    [name](const Section& section) { return section.name == name; });
    return found == sections.end() ? nullptr : &*found;
}

std::vector<const Entry*> UnitFile::find_all(std::string_view section, std::string_view key) const
{
    std::vector<const Entry*> found;
    const Section* const place = find_section(section);
    if (place == nullptr)
        return found;
    for (const Entry& entry : place->entries) {
        if (entry.key != key)
            continue;
        if (entry.value.empty())
            found.clear();
        else
            found.push_back(&entry);
    }
    return found;
}

const Entry* UnitFile::find_last(std::string_view section, std::string_view key) const
{
    const std::vector<const Entry*> found = find_all(section, key);
    return found.empty() ? nullptr : found.back();
}

bool UnitFile::has_key(std::string_view section, std::string_view key) const
{
    const Section* const place = find_section(section);
    return place != nullptr && std::any_of(place->entries.begin(), place->entries.end(),
                                           [key](const Entry& entry) { return entry.key == key; });
}

void parse_unit_file(std::string_view text, const std::string& file, UnitFile& target,
                     std::vector<Complaint>& complaints)
{
    const auto name = std::make_shared<const std::string>(file);
    const auto complain = [&](unsigned line, std::string reason) {
        complaints.push_back({file, line, Severity::error, std::move(reason)});
    };
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark))
        text.remove_prefix(byte_order_mark.size());
    if (text.find('\0') != std::string_view::npos) {
        complain(0, "has a zero byte; a unit file is text");
        return;
    }
    Lines lines{text};
    Section* section = nullptr;
    while (!lines.is_at_end()) {
        const std::string_view first = lines.next();
        const unsigned number = lines.number();
        if (stripped(first).empty() || is_comment(first))
            continue;
        const std::string whole = whole_line(first, lines);
        const std::string_view line = stripped(whole);
        if (line.empty())
            continue;
        if (line.front() == '[') {
            if (line.back() != ']' || line.size() < 3) {
                complain(number, "'" + std::string{line} + "' is no section: it wants the form [NAME]");
                section = nullptr;
                continue;
            }
            section = &section_of(target, line.substr(1, line.size() - 2), name, number);
            continue;
        }
        const std::size_t equals = line.find('=');
        const std::string_view key = stripped(line.substr(0, equals));
        if (equals == std::string_view::npos || key.empty())
            complain(number, "'" + std::string{line} + "' is no KEY=VALUE");
        else if (section == nullptr)
            complain(number, std::string{key} + "= stands in no section");
        else
            section->entries.push_back(
                {std::string{key}, std::string{stripped(line.substr(equals + 1))}, name, number});
    }
}

} // namespace slipway::quadlet
