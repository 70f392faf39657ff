// SPDX-License-Identifier: LGPL-2.1-or-later
// Hosts file: reading, putting the block in, writing.
#include "engine/network/hosts_file.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <map>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace slipway::engine {

namespace {

constexpr std::string_view begin_mark = "# BEGIN slipway\n";
constexpr std::string_view end_mark = "# END slipway\n";
constexpr std::size_t hosts_limit = 16U << 20U;
constexpr mode_t new_hosts_mode = 0644;
constexpr unsigned tries = 5;

bool is_host_name(const std::string& name)
{
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    });
}

// Where MARK is a whole line, from FROM on.
std::size_t find_mark(const std::string& content, std::string_view mark, std::size_t from)
{
    std::size_t at = from;
    while ((at = content.find(mark, at)) != std::string::npos && at != 0 && content[at - 1] != '\n')
        ++at;
    return at;
}

bool is_same(const struct stat& one, const struct stat& other)
{
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino && one.st_size == other.st_size &&
           one.st_mtim.tv_sec == other.st_mtim.tv_sec && one.st_mtim.tv_nsec == other.st_mtim.tv_nsec;
}

// One that somebody else has changed since it was read is read again.
enum class Written { yes, try_again };

struct OldFile {
    std::filesystem::path path; // no symbolic link
    Fd file;                    // nothing where it is not there
    struct stat status {};
    std::string content;
};

OldFile read_old(const std::filesystem::path& path)
{
    OldFile old;
    std::error_code error;
    old.path = std::filesystem::canonical(path, error);
    if (error)
        old.path = path;
    old.file = Fd{::open(old.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW)};
    if (!old.file && errno == ENOENT)
        return old;
    check(old.file.number(), "open", old.path.native());
    check(::fstat(old.file.number(), &old.status), "look at", old.path.native());
    if (!S_ISREG(old.status.st_mode))
        throw Failure{ErrorCode::invalid_argument, "'" + path.native() + "' is no regular file"};
    old.content = read_all(old.file.number(), old.path.native(), hosts_limit);
    return old;
}

// Modes that ACLs say and labels of SELinux are attributes.
void copy_attributes(const OldFile& old, const Fd& file)
{
    check(::fchown(file.number(), old.status.st_uid, old.status.st_gid), "give away", old.path.native());
    check(::fchmod(file.number(), old.status.st_mode & 07777U), "set the mode of", old.path.native());
    for (const char* name : {"system.posix_acl_access", "security.selinux"}) {
        std::array<char, 4096> value{};
        const ssize_t size = ::fgetxattr(old.file.number(), name, value.data(), value.size());
        if (size > 0)
            check(::fsetxattr(file.number(), name, value.data(), static_cast<std::size_t>(size), 0),
                  "set attributes of", old.path.native());
    }
}

void write_in_place(const OldFile& old, const std::string& content)
{
    const Fd file{check(::open(old.path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY), "open",
                        old.path.native())};
    write_all(file.number(), content, old.path.native());
    check(::ftruncate(file.number(), static_cast<off_t>(content.size())), "shorten", old.path.native());
}

class Beside {
  public:
    explicit Beside(const std::filesystem::path& path)
        : name_{path.parent_path() / ("." + path.filename().native() + ".slipway")}
    {
        ::unlink(name_.c_str()); // of one who died
        file_ =
            Fd{::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, new_hosts_mode)};
        error_ = errno;
    }
    Beside(const Beside&) = delete;
    Beside& operator=(const Beside&) = delete;
    Beside(Beside&&) = delete;
    Beside& operator=(Beside&&) = delete;
    ~Beside()
    {
        if (file_)
            ::unlink(name_.c_str());
    }

    const Fd& file() const noexcept { return file_; }
    int error() const noexcept { return error_; }
    const std::filesystem::path& name() const noexcept { return name_; }
    void keep() noexcept { file_.reset(); }

  private:
    std::filesystem::path name_;
    Fd file_;
    int error_ = 0;
};

Written write_new(const OldFile& old, const std::string& content)
{
    Beside beside{old.path};
    if (!beside.file()) {
        // A file that is mounted into a directory where nothing can be made.
        if (!old.file || beside.error() == ENOSPC)
            throw errno_failure(beside.error(), "create", beside.name().native());
        write_in_place(old, content);
        return Written::yes;
    }
    if (old.file)
        copy_attributes(old, beside.file());
    else
        check(::fchmod(beside.file().number(), new_hosts_mode), "set the mode of", beside.name().native());
    write_all(beside.file().number(), content, beside.name().native());
    // After a loss of power it is the old one or the new one, and not an empty one.
    check(::fsync(beside.file().number()), "sync", beside.name().native());
    struct stat now {};
    const bool is_there = ::lstat(old.path.c_str(), &now) == 0;
    if (is_there != old.file.is_open() || (is_there && !is_same(now, old.status)))
        return Written::try_again;
    if (::rename(beside.name().c_str(), old.path.c_str()) == 0) {
        beside.keep();
        return Written::yes;
    }
    if (errno != EBUSY)
        throw errno_failure(errno, "rename to", old.path.native());
    write_in_place(old, content); // a mount point
    return Written::yes;
}

} // namespace

std::string hosts_block(const std::vector<names::Record>& addresses)
{
    std::map<IpAddress, std::vector<std::string>> lines;
    for (const names::Record& record : addresses) {
        const auto* const address = std::get_if<IpAddress>(&record.data);
        if (address == nullptr || !is_host_name(record.name))
            continue;
        std::vector<std::string>& names = lines[*address];
        if (std::find(names.begin(), names.end(), record.name) == names.end())
            names.push_back(record.name);
    }
    std::string block{begin_mark};
    for (const auto& [address, names] : lines) {
        block += address.text();
        char separator = '\t';
        for (const std::string& name : names) {
            block += separator + name;
            separator = ' ';
        }
        block += '\n';
    }
    return block.append(end_mark);
}

std::string with_block(const std::string& content, const std::string& block)
{
    const bool is_torn = !content.empty() && content.back() != '\n';
    const std::string whole = is_torn ? content + '\n' : content;
    const std::size_t begin = find_mark(whole, begin_mark, 0);
    if (begin == std::string::npos)
        return block.empty() ? content : whole + block;
    const std::size_t end = find_mark(whole, end_mark, begin);
    // What stands between might be somebody's.
    if (end == std::string::npos || find_mark(whole, begin_mark, begin + 1) < end)
        throw Failure{ErrorCode::invalid_configuration,
                      "it has a line '# BEGIN slipway' without its '# END slipway': remove it by hand"};
    return whole.substr(0, begin) + block + whole.substr(end + end_mark.size());
}

void write_hosts_block(const std::filesystem::path& file, const std::string& block)
{
    for (unsigned round = 0; round < tries; ++round) {
        const OldFile old = read_old(file);
        if (!old.file && block.empty())
            return;
        std::string content;
        try {
            content = with_block(old.content, block);
        } catch (const Failure& failure) {
            throw Failure{failure.code(), "the file " + file.native() + ": " + failure.message()};
        }
        if (content == old.content || write_new(old, content) == Written::yes)
            return;
    }
    throw Failure{ErrorCode::io_error,
                  "the file " + file.native() + " is being changed by others all the time"};
}

} // namespace slipway::engine
