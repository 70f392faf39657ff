// SPDX-License-Identifier: LGPL-2.1-or-later
// Files of variables: .env, env_file and label_file (Compose specification, 05-services.md, "Env_file
// format").
#include "compose/env_file.hpp"

#include "compose/place.hpp"

namespace slipway::compose {

namespace {

constexpr std::string_view blanks = " \t\r\v\f";
constexpr std::size_t env_file_limit = 1'048'576;

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// Shell escapes of double quotes; "\$" is left as the "$$" that interpolation knows.
std::string unescaped(std::string_view text)
{
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\\' || at + 1 == text.size()) {
            result += text[at];
            continue;
        }
        switch (const char c = text[++at]; c) {
        case 'n':
            result += '\n';
            break;
        case 'r':
            result += '\r';
            break;
        case 't':
            result += '\t';
            break;
        case '$':
            result += "$$";
            break;
        case '\\':
        case '"':
        case '\'':
            result += c;
            break;
        default:
            result += '\\';
            result += c;
        }
    }
    return result;
}

class EnvFileReader {
  public:
    EnvFileReader(std::string_view text, const std::string& name, EnvFormat format, const Lookup& lookup,
                  Variables& variables)
        : rest_{text}, file_{&name}, format_{format}, lookup_{&lookup}, variables_{&variables}
    {
    }

    void run()
    {
        if (rest_.size() > env_file_limit)
            fail("larger than a mebibyte, which no file of variables is");
        if (rest_.starts_with("\xef\xbb\xbf"))
            rest_.remove_prefix(3);
        while (!rest_.empty()) {
            ++line_;
            const std::string_view line = rest_.substr(0, rest_.find('\n'));
            const std::string_view statement = trimmed(line);
            if (statement.empty() || statement.front() == '#')
                pass(line.size());
            else
                read_statement(line);
        }
    }

  private:
    [[noreturn]] void fail(const std::string& reason) const
    {
        throw Failure{ErrorCode::invalid_configuration,
                      *file_ + ":" + std::to_string(std::max(1U, line_)) + ": " + reason};
    }

    // To the next line.
    void pass(std::size_t length) { rest_.remove_prefix(std::min(length + 1, rest_.size())); }

    void read_statement(std::string_view line)
    {
        const std::size_t end_of_name = line.find_first_of("=:");
        std::string_view name = trimmed(line.substr(0, end_of_name));
        if (name.starts_with("export ") || name.starts_with("export\t"))
            name = trimmed(name.substr(7));
        if (name.empty())
            fail("no name before '" + std::string{line.substr(end_of_name, 1)} + "'");
        if (name.find_first_of(" \t\"'`$\\#") != std::string_view::npos ||
            name.find('\0') != std::string_view::npos)
            fail(in_quotes(name) + " is no variable's name");
        if (end_of_name == std::string_view::npos) {
            if (std::optional<std::string> value = (*lookup_)(std::string{name}))
                set(name, *std::move(value));
            pass(line.size());
            return;
        }
        rest_.remove_prefix(end_of_name + 1);
        const std::string_view value = line.substr(end_of_name + 1);
        const std::size_t first = value.find_first_not_of(blanks);
        const char quote = first == std::string_view::npos ? '\0' : value[first];
        if (format_ == EnvFormat::raw) {
            set(name, std::string{value.ends_with('\r') ? value.substr(0, value.size() - 1) : value});
            pass(value.size());
        } else if (quote == '"' || quote == '\'') {
            rest_.remove_prefix(first + 1);
            set(name, read_quoted(quote));
        } else {
            // Without quotes, a comment begins behind a blank.
            std::size_t end = value.find(" #");
            end = std::min(end, value.find("\t#"));
            set(name, substituted(trimmed(value.substr(0, end))));
            pass(value.size());
        }
    }

    std::string read_quoted(char quote)
    {
        const unsigned first_line = line_;
        std::string inside;
        for (std::size_t at = 0; at < rest_.size(); ++at) {
            const char c = rest_[at];
            if (c == '\n')
                ++line_;
            if (c == '\\' && at + 1 < rest_.size() && (rest_[at + 1] == quote || quote == '"')) {
                // Single quotes have no escape but that of the quote.
                if (quote == '"')
                    inside += c;
                inside += rest_[++at];
                if (rest_[at] == '\n')
                    ++line_;
            } else if (c == quote) {
                rest_.remove_prefix(at + 1);
                const std::string_view behind = rest_.substr(0, rest_.find('\n'));
                if (const std::string_view more = trimmed(behind); !more.empty() && more.front() != '#')
                    fail(in_quotes(more) + " stands behind the closing quote");
                pass(behind.size());
                return quote == '"' ? substituted(unescaped(inside)) : inside;
            } else {
                inside += c;
            }
        }
        line_ = first_line;
        fail(std::string{"the quote "} + quote + " is not closed");
    }

    std::string substituted(std::string_view value) const
    {
        const auto lookup = [this](const std::string& name) {
            std::optional<std::string> found = (*lookup_)(name);
            if (const auto own = variables_->find(name); !found && own != variables_->end())
                found = own->second;
            return found;
        };
        try {
            return interpolate(value, lookup, [](const std::string& /*name*/) {});
        } catch (const Failure& failure) {
            fail(failure.message());
        }
    }

    void set(std::string_view name, std::string value)
    {
        total_ += value.size();
        if (total_ > 2 * env_file_limit)
            fail("the file grows too large by its variables");
        (*variables_)[std::string{name}] = std::move(value);
    }

    std::string_view rest_;
    const std::string* file_;
    EnvFormat format_;
    const Lookup* lookup_;
    Variables* variables_;
    unsigned line_ = 0;
    std::size_t total_ = 0;
};

} // namespace

void read_env_file(std::string_view text, const std::string& name, EnvFormat format, const Lookup& lookup,
                   Variables& variables)
{
    EnvFileReader{text, name, format, lookup, variables}.run();
}

} // namespace slipway::compose
