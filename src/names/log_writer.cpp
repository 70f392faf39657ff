// SPDX-License-Identifier: LGPL-2.1-or-later
// LogWriter: appends, and writes anew beside the log when most of it is past.
#include "names/log_writer.hpp"

#include "base/file.hpp"
#include "names/log_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>

namespace slipway::names {

namespace {

// So much of the past is kept in any case, that small logs are not written anew all the time.
constexpr std::size_t slack = 64U << 10U;
constexpr mode_t mode = 0644; // the name server is nobody in particular

std::string line_of(const std::string& owner, const Holding& holding)
{
    return to_line(Change{owner, holding.records, holding.outlook});
}

std::size_t worth_of(const std::string& owner, const Contents& contents)
{
    const auto found = contents.find(owner);
    return found == contents.end() ? 0 : line_of(owner, found->second).size();
}

struct Status {
    std::size_t size;
    bool is_removed;
};

Status status_of(const Fd& file, const std::filesystem::path& path)
{
    struct stat status {};
    check(::fstat(file.number(), &status), "look at", path.native());
    return {static_cast<std::size_t>(status.st_size), status.st_nlink == 0};
}

} // namespace

LogWriter::LogWriter(std::filesystem::path path, Head head) : path_{std::move(path)}, head_{std::move(head)}
{
    for (IpPrefix& subnet : head_.subnets)
        subnet = subnet.network();
    if (!take_up())
        write_anew(contents_);
}

// Whether the log that is there can be gone on with.
bool LogWriter::take_up()
{
    LogReader reader{path_};
    std::optional<News> news = reader.read_news();
    if (!news)
        return false;
    for (Change& change : news->changes) {
        Holding holding{std::move(change.records), std::move(change.outlook)};
        if (holding.empty())
            contents_.erase(change.owner);
        else
            contents_[change.owner] = std::move(holding);
    }
    file_ =
        Fd{check(::open(path_.c_str(), O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW), "open", path_.native())};
    const std::size_t size = status_of(file_, path_).size;
    char last = '\0';
    const bool is_whole =
        size > 0 && ::pread(file_.number(), &last, 1, static_cast<off_t>(size - 1)) == 1 && last == '\n';
    if (!is_whole || news->head != head_ || !news->complaints.empty())
        return false;
    size_ = size;
    worth_ = to_line(head_).size();
    for (const auto& [owner, holding] : contents_)
        worth_ += worth_of(owner, contents_);
    return true;
}

void LogWriter::set(const std::string& owner, std::vector<Record> records, Outlook outlook)
{
    Holding holding{std::move(records), std::move(outlook)};
    const auto found = contents_.find(owner);
    if (found == contents_.end() ? holding.empty() : found->second == holding)
        return;
    const std::string line = line_of(owner, holding);
    append(line);
    worth_ -= worth_of(owner, contents_);
    if (holding.empty()) {
        contents_.erase(owner);
    } else {
        contents_[owner] = std::move(holding);
        worth_ += line.size();
    }
    if (size_ > 2 * worth_ + slack)
        compact();
}

void LogWriter::compact() noexcept
{
    try {
        write_anew(contents_);
    } catch (const std::exception&) {
        // The log is as good as before, if long; the next change tries again.
        return;
    }
}

void LogWriter::replace(Contents contents)
{
    std::erase_if(contents, [](const auto& entry) { return entry.second.empty(); });
    if (contents == contents_)
        return;
    write_anew(contents);
    contents_ = std::move(contents);
}

void LogWriter::append(const std::string& line)
{
    // Somebody tidied up: what is written to a file without a name is seen by nobody.
    if (status_of(file_, path_).is_removed)
        write_anew(contents_);
    const ssize_t count = ::write(file_.number(), line.data(), line.size());
    if (count == static_cast<ssize_t>(line.size())) {
        size_ += line.size();
        return;
    }
    const int error = count < 0 ? errno : ENOSPC;
    // A part of a line would spoil the next one.
    if (count > 0)
        check(::ftruncate(file_.number(), static_cast<off_t>(size_)), "take back what was written to",
              path_.native());
    throw errno_failure(error, "write", path_.native());
}

// Beside it and renamed over it: a reader has the old file or the new one, each of them whole.
void LogWriter::write_anew(const Contents& contents)
{
    const std::filesystem::path beside = path_.parent_path() / ("." + path_.filename().native() + ".new");
    Fd file{
        check(::open(beside.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, mode),
              "create", beside.native())};
    check(::fchmod(file.number(), mode), "change the mode of", beside.native());
    std::string text = to_line(head_);
    for (const auto& [owner, holding] : contents)
        text += line_of(owner, holding);
    write_all(file.number(), text, beside.native());
    check(::rename(beside.c_str(), path_.c_str()), "rename to", path_.native());
    file_ = std::move(file);
    size_ = worth_ = text.size();
}

} // namespace slipway::names
