// SPDX-License-Identifier: LGPL-2.1-or-later
// Options on CLI11. Values are taken as they come, for CLI11's own conversions give brackets and braces a
// meaning.
#include "arguments/options.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <charconv>
#include <cmath>

namespace slipway::cli {

namespace {

class HelpFormatter : public CLI::Formatter {
  public:
    explicit HelpFormatter(std::string syntax) : syntax_{std::move(syntax)} { column_width(34); }
    std::string make_usage(const CLI::App*, std::string) const override { return "Usage: " + syntax_ + "\n"; }
    // CLI11 would add its own words on what is required and how often.
    std::string make_option_opts(const CLI::Option* option) const override
    {
        return option->get_type_name().empty() ? "" : " " + option->get_type_name();
    }

  private:
    std::string syntax_;
};

template <typename Number>
std::optional<Number> whole_number(const std::string& text)
{
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end)
        return std::nullopt;
    return number;
}

} // namespace

struct Options::Parser {
    Parser(const std::string& syntax, const std::string& purpose) : app{purpose}
    {
        app.formatter(std::make_shared<HelpFormatter>(syntax));
        app.set_help_flag("-h,--help", "Show this help and leave");
    }

    CLI::Option* option(const std::string& names, const std::string& value, const std::string& help,
                        CLI::callback_t take)
    {
        return app.add_option(names, std::move(take), help)
            ->type_name(value)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }

    CLI::App app;
};

Options::Options(const std::string& syntax, const std::string& purpose, const std::string& program)
    : parser_{std::make_unique<Parser>(program + " " + syntax, purpose)}
{
}

Options::~Options() = default;

void Options::note_value_option(const std::string& names)
{
    std::size_t begin = 0;
    while (begin <= names.size()) {
        const std::size_t end = std::min(names.find(',', begin), names.size());
        with_value_.insert(names.substr(begin, end - begin));
        begin = end + 1;
    }
}

void Options::flag(const std::string& names, bool& target, const std::string& help)
{
    parser_->app.add_flag(names, target, help);
}

void Options::text(const std::string& names, std::string& target, const std::string& value,
                   const std::string& help)
{
    note_value_option(names);
    parser_->option(names, value, help, [&target](const CLI::results_t& results) {
        target = results.back();
        return true;
    });
}

void Options::text(const std::string& names, std::optional<std::string>& target, const std::string& value,
                   const std::string& help)
{
    note_value_option(names);
    parser_->option(names, value, help, [&target](const CLI::results_t& results) {
        target = results.back();
        return true;
    });
}

void Options::seconds(const std::string& names, std::optional<std::chrono::microseconds>& target,
                      const std::string& help)
{
    note_value_option(names);
    parser_->option(names, "SECONDS", help, [&target, names](const CLI::results_t& results) {
        const std::optional<double> number = whole_number<double>(results.back());
        constexpr double most = 1e9;
        if (!number || !std::isfinite(*number) || *number < 0 || *number > most)
            throw UsageError{names + " takes a number of seconds, not '" + results.back() + "'"};
        target = std::chrono::microseconds{std::llround(*number * 1e6)};
        return true;
    });
}

void Options::count(const std::string& names, std::optional<std::size_t>& target, const std::string& value,
                    const std::string& help)
{
    note_value_option(names);
    parser_->option(names, value, help, [&target, names](const CLI::results_t& results) {
        target.reset();
        if (results.back() == "all")
            return true;
        target = whole_number<std::size_t>(results.back());
        if (!target)
            throw UsageError{names + " takes a number or 'all', not '" + results.back() + "'"};
        return true;
    });
}

void Options::list(const std::string& names, std::vector<std::string>& target, const std::string& value,
                   const std::string& help)
{
    note_value_option(names);
    parser_
        ->option(names, value, help,
                 [&target](const CLI::results_t& results) {
                     target = results;
                     return true;
                 })
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void Options::format(bool& is_json, const std::string& names)
{
    note_value_option(names);
    parser_->option(names, "table|json", "Print a table for people or JSON for programs",
                    [&is_json](const CLI::results_t& results) {
                        is_json = results.back() == "json";
                        if (!is_json && results.back() != "table")
                            throw UsageError{"--format takes 'table' or 'json', not '" + results.back() +
                                             "'"};
                        return true;
                    });
}

void Options::operand(const std::string& name, std::string& target, const std::string& help)
{
    parser_
        ->option(name, "", help,
                 [&target](const CLI::results_t& results) {
                     target = results.back();
                     return true;
                 })
        ->required();
}

void Options::operand(const std::string& name, std::optional<std::string>& target, const std::string& help)
{
    parser_->option(name, "", help, [&target](const CLI::results_t& results) {
        target = results.back();
        return true;
    });
}

void Options::operands(const std::string& name, std::vector<std::string>& target, const std::string& help)
{
    parser_
        ->option(name, "", help,
                 [&target](const CLI::results_t& results) {
                     target = results;
                     return true;
                 })
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->expected(-1)
        ->required();
}

void Options::operands_if_any(const std::string& name, std::vector<std::string>& target,
                              const std::string& help)
{
    parser_
        ->option(name, "", help,
                 [&target](const CLI::results_t& results) {
                     target = results;
                     return true;
                 })
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->expected(-1);
}

void Options::command(const std::string& name, std::vector<std::string>& target)
{
    command_name_ = name;
    command_ = &target;
}

void Options::parse(const Arguments& arguments)
{
    Arguments rest = arguments;
    if (command_ != nullptr) {
        SplitArguments split = split_at_operand(arguments, with_value_);
        *command_ = std::move(split.operands);
        rest = std::move(split.options);
    }
    rest = with_empty_values(rest, with_value_);
    std::reverse(rest.begin(), rest.end());
    try {
        parser_->app.parse(rest);
    } catch (const CLI::CallForHelp&) {
        throw HelpWanted{parser_->app.help()};
    } catch (const CLI::ParseError& error) {
        throw UsageError{error.what()};
    }
    if (command_ != nullptr && command_->empty())
        throw UsageError{command_name_ + " is required"};
}

} // namespace slipway::cli
