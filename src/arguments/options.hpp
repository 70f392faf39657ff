// SPDX-License-Identifier: LGPL-2.1-or-later
// Options: one verb's options and operands, straight into plain variables. Parsed with CLI11, which only
// options.cpp includes, for it takes long to compile.
#pragma once

#include "arguments/split.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace slipway::cli {

using Arguments = std::vector<std::string>;

// Wrong use of the command line; the message is one line.
class UsageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// The help text was asked for; not a failure.
class HelpWanted : public std::exception {
  public:
    explicit HelpWanted(std::string text) : text_{std::move(text)} {}
    const std::string& text() const noexcept { return text_; }
    const char* what() const noexcept override { return "help"; }

  private:
    std::string text_;
};

// Targets outlive parse(). NAMES: "-d,--detach". VALUE is what the help calls the option's value.
class Options {
  public:
    // SYNTAX: what follows PROGRAM in the usage line.
    Options(const std::string& syntax, const std::string& purpose, const std::string& program = "slipway");
    Options(const Options&) = delete;
    Options& operator=(const Options&) = delete;
    Options(Options&&) = delete;
    Options& operator=(Options&&) = delete;
    ~Options();

    void flag(const std::string& names, bool& target, const std::string& help);
    // Of several occurrences the last counts.
    void text(const std::string& names, std::string& target, const std::string& value,
              const std::string& help);
    void text(const std::string& names, std::optional<std::string>& target, const std::string& value,
              const std::string& help);
    void seconds(const std::string& names, std::optional<std::chrono::microseconds>& target,
                 const std::string& help);
    void count(const std::string& names, std::optional<std::size_t>& target, const std::string& value,
               const std::string& help);
    // Each occurrence adds one.
    void list(const std::string& names, std::vector<std::string>& target, const std::string& value,
              const std::string& help);
    // Adds "--format table|json"; TARGET becomes true for json.
    void format(bool& is_json, const std::string& names = "--format");

    // One word that must be there.
    void operand(const std::string& name, std::string& target, const std::string& help);
    // One word that may be missing.
    void operand(const std::string& name, std::optional<std::string>& target, const std::string& help);
    // One or more words.
    void operands(const std::string& name, std::vector<std::string>& target, const std::string& help);
    // Any number of words, none too.
    void operands_if_any(const std::string& name, std::vector<std::string>& target, const std::string& help);
    // From the first operand on, everything belongs to TARGET; options end there.
    void command(const std::string& name, std::vector<std::string>& target);

    // Throws UsageError or HelpWanted.
    void parse(const Arguments& arguments);

  private:
    struct Parser;
    void note_value_option(const std::string& names);

    std::unique_ptr<Parser> parser_;
    ValueOptions with_value_;
    std::string command_name_;
    std::vector<std::string>* command_ = nullptr;
};

} // namespace slipway::cli
