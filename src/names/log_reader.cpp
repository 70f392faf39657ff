// SPDX-License-Identifier: LGPL-2.1-or-later
// LogReader: looks, reads what is new, opens anew what was renamed over.
#include "names/log_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>

namespace slipway::names {

namespace {

constexpr std::size_t size_limit = 256U << 20U;

std::string read_from(int fd, std::size_t begin, std::size_t end, const std::filesystem::path& path)
{
    std::string text(end - begin, '\0');
    std::size_t used = 0;
    while (used < text.size()) {
        const ssize_t count =
            ::pread(fd, text.data() + used, text.size() - used, static_cast<off_t>(begin + used));
        if (count < 0 && errno == EINTR)
            continue;
        if (check(count, "read", path.native()) == 0)
            break;
        used += static_cast<std::size_t>(count);
    }
    text.resize(used);
    return text;
}

void take_line(std::string_view line, News& news)
{
    try {
        std::variant<Head, Change> content = parse_line(line);
        if (auto* const head = std::get_if<Head>(&content))
            news.head = std::move(*head);
        else
            news.changes.push_back(std::move(std::get<Change>(content)));
    } catch (const std::exception& failure) {
        news.complaints.push_back("a line is skipped: " + std::string{failure.what()});
    }
}

} // namespace

std::optional<News> LogReader::read_news()
{
    struct stat status {};
    if (file_)
        check(::fstat(file_.number(), &status), "look at", path_.native());
    const bool is_anew = !file_ || status.st_nlink == 0;
    if (!is_anew && static_cast<std::size_t>(status.st_size) == read_)
        return std::nullopt;
    News news;
    if (is_anew) {
        const bool had_file = file_.is_open();
        read_ = 0;
        file_ = Fd{::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
        if (!file_ && errno != ENOENT)
            throw errno_failure(errno, "open", path_.native());
        news.is_anew = had_file || file_;
        if (!file_)
            return had_file ? std::optional{std::move(news)} : std::nullopt;
    }
    take_lines(news);
    const bool is_news = news.is_anew || news.head || !news.changes.empty() || !news.complaints.empty();
    return is_news ? std::optional{std::move(news)} : std::nullopt;
}

void LogReader::take_lines(News& news)
{
    struct stat status {};
    check(::fstat(file_.number(), &status), "look at", path_.native());
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > size_limit)
        throw errno_failure(EFBIG, "read", path_.native());
    if (size < read_) // its last line was torn, and has been taken back
        return;
    const std::string text = read_from(file_.number(), read_, size, path_);
    std::size_t begin = 0;
    for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
        take_line(std::string_view{text}.substr(begin, end - begin), news);
    read_ += begin;
}

} // namespace slipway::names
