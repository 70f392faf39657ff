// SPDX-License-Identifier: LGPL-2.1-or-later
// Upstart's job files against their grammar, as init(5) of Upstart 1.13 has it: no Debian release has that
// program any more. What is checked: the stanzas, each with its arguments, and events as trees of operators.
#include "supervisors/files.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <regex>
#include <sstream>

namespace slipway::supervisors {
namespace {

// EVENT [ARGUMENT…] [and|or …], with parentheses.
class Events {
  public:
    explicit Events(const std::string& text)
    {
        std::string spaced;
        for (const char c : text)
            spaced += c == '(' || c == ')' ? std::string{' ', c, ' '} : std::string{c};
        std::istringstream stream{spaced};
        for (std::string word; stream >> word;)
            words_.push_back(word);
    }

    bool is_good() { return expression() && at_ == words_.size(); }

  private:
    bool is_operator() const { return words_[at_] == "and" || words_[at_] == "or"; }

    bool expression()
    {
        if (!operand())
            return false;
        while (at_ < words_.size() && is_operator()) {
            ++at_;
            if (!operand())
                return false;
        }
        return true;
    }

    bool operand()
    {
        if (at_ < words_.size() && words_[at_] == "(") {
            ++at_;
            if (!expression() || at_ >= words_.size() || words_[at_] != ")")
                return false;
            ++at_;
            return true;
        }
        std::size_t count = 0;
        while (at_ < words_.size() && !is_operator() && words_[at_] != "(" && words_[at_] != ")") {
            ++at_;
            ++count;
        }
        return count > 0;
    }

    std::vector<std::string> words_;
    std::size_t at_ = 0;
};

bool is_event(const std::string& text)
{
    return Events{text}.is_good();
}

std::function<bool(const std::string&)> like(const char* pattern)
{
    return [pattern](const std::string& text) { return std::regex_match(text, std::regex{pattern}); };
}

// The first complaint; empty for a good file.
std::string complaint_about(const std::string& job)
{
    const std::vector<std::pair<std::string, std::function<bool(const std::string&)>>> stanzas{
        {"start on", is_event},
        {"stop on", is_event},
        {"description", like(R"("[^"]*")")},
        {"respawn limit", like(R"(unlimited|\d+ \d+)")},
        {"respawn", like("")},
        {"normal exit", like(R"((\d{1,3}|[A-Z]+)( (\d{1,3}|[A-Z]+))*)")},
        {"kill signal", like("[A-Z]+[0-9]*")},
        {"kill timeout", like(R"(\d+)")},
        {"console", like("none|log|output|owner")},
        {"exec", like(".+")},
    };
    std::istringstream lines{job};
    std::map<std::string, int> seen;
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line.front() == '#')
            continue;
        bool is_known = false;
        for (const auto& [stanza, takes] : stanzas) {
            if (line != stanza && !line.starts_with(stanza + " "))
                continue;
            const std::string rest = line.size() > stanza.size() ? line.substr(stanza.size() + 1) : "";
            is_known = takes(rest);
            if (is_known && ++seen[stanza] > 1)
                return "twice: " + line;
            break;
        }
        if (!is_known)
            return line;
    }
    return seen["exec"] == 1 ? "" : "no exec";
}

Service service(unsigned retries = 0)
{
    Service one;
    one.name = "web";
    one.program = "/usr/bin/slipway";
    one.retries = retries;
    one.needs = {{"db", true, false}, {"maybe", false, false}, {"migrate", true, true}};
    return one;
}

TEST(UpstartGrammar, RefusesWhatIsNoJob)
{
    EXPECT_EQ(complaint_about("exec true\n"), "");
    for (const char* bad : {"exec\n", "exec a\nexec b\n", "respawn\n", "start on started and\nexec a\n",
                            "start on (a or b\nexec a\n", "kill timeout soon\nexec a\n",
                            "respawn limit 3\nexec a\n", "restart always\nexec a\n"})
        EXPECT_NE(complaint_about(bad), "") << bad;
}

TEST(UpstartFiles, AreJobs)
{
    for (const unsigned retries : {0U, 3U}) {
        const auto files = upstart_files(service(retries));
        ASSERT_EQ(files.size(), 1U);
        EXPECT_EQ(files[0].path, "slipway-web.conf");
        EXPECT_EQ(complaint_about(files[0].text), "") << files[0].text;
    }
    Service engine = service();
    engine.kind = Service::Kind::engine;
    engine.needs.clear();
    EXPECT_EQ(complaint_about(upstart_files(engine)[0].text), "");
}

TEST(UpstartFiles, FollowNeedsAndPolicy)
{
    const std::string job = upstart_files(service(3))[0].text;
    EXPECT_NE(job.find("start on started slipwayd and started slipway-db and stopped slipway-migrate\n"),
              std::string::npos);
    EXPECT_NE(job.find("respawn limit 3 40\nnormal exit 0\n"), std::string::npos);
    EXPECT_NE(job.find("kill timeout 20\n"), std::string::npos);
    Service always = service();
    always.restart = RestartOn::any_end;
    EXPECT_EQ(upstart_files(always)[0].text.find("normal exit"), std::string::npos);
}

} // namespace
} // namespace slipway::supervisors
