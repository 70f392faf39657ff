// SPDX-License-Identifier: LGPL-2.1-or-later
// Answers: a status and a registry's error document (OCI distribution specification, "Error Codes").
#include "registry-client/answers.hpp"

#include "base/json.hpp"

namespace slipway::registry_client {

namespace {

constexpr std::size_t words_limit = 300;

std::string printable(std::string_view text)
{
    std::string shown;
    for (const char c : text.substr(0, words_limit))
        shown += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    if (text.size() > words_limit)
        shown += "…";
    return shown;
}

} // namespace

std::string text_in(const Json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::string words_of(const HttpAnswer& answer)
{
    const Json document = parse_json(answer.body);
    if (!document.is_object()) {
        // A page for browsers says nothing here.
        const bool is_page = answer.header("content-type").find("html") != std::string::npos;
        return is_page ? std::string{} : printable(answer.body.substr(0, answer.body.find('\n')));
    }
    std::string words;
    if (const auto errors = document.find("errors"); errors != document.end() && errors->is_array())
        for (const Json& error : *errors)
            if (error.is_object()) {
                const std::string message = text_in(error, "message");
                words += (words.empty() ? "" : "; ") + (message.empty() ? text_in(error, "code") : message);
            }
    for (const char* name : {"details", "error_description", "message", "error"})
        if (words.empty())
            words = text_in(document, name);
    return printable(words);
}

bool is_passing(int status)
{
    return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

Failure failure_of(const HttpAnswer& answer, std::string_view deed, std::string_view host)
{
    const std::string words = words_of(answer);
    const std::string said = std::to_string(answer.status) + (words.empty() ? "" : ": " + words);
    const std::string place = std::string{deed} + ": " + std::string{host};
    switch (answer.status) {
    case 401:
    case 403:
        return Failure{ErrorCode::registry_denied, place + " denies it, or has no such thing (" + said + ")"};
    case 404:
        return Failure{ErrorCode::not_in_registry, place + " has it not (" + said + ")"};
    case 429:
        return Failure{ErrorCode::registry_failed, place + " has had too many requests (" + said +
                                                       "): try again later, or log in for a higher limit"};
    default:
        return Failure{ErrorCode::registry_failed, place + " answered with " + said};
    }
}

} // namespace slipway::registry_client
