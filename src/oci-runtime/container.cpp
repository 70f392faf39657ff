// SPDX-License-Identifier: LGPL-2.1-or-later
// Container: files of its directory.
#include "oci-runtime/container.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "cgroupfs/group.hpp"
#include "kernel/process.hpp"

#include <algorithm>
#include <ctime>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace slipway::oci_runtime {

namespace {

constexpr const char* status_file = "status";
constexpr const char* config_file = "config.json";
constexpr const char* gate_file = "gate";

void require_valid(const std::string& id)
{
    const auto is_allowed = [](unsigned char letter) {
        return std::isalnum(letter) != 0 || letter == '_' || letter == '+' || letter == '-' || letter == '.';
    };
    if (id.empty() || id.size() > 250 || id == "." || id == ".." ||
        !std::all_of(id.begin(), id.end(), is_allowed))
        throw Failure{ErrorCode::invalid_name,
                      "'" + id + "' is no container ID: letters, digits, '_', '+', '-' and '.' make one"};
}

Fd open_directory(const std::filesystem::path& path)
{
    return Fd{check(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", path.native())};
}

Json json_of(const Record& record)
{
    return {{"id", record.id},
            {"pid", record.pid},
            {"process-start-time", record.start_time},
            {"bundle", record.bundle},
            {"rootfs", record.rootfs},
            {"created", record.created},
            {"owner", record.owner},
            {"cgroup-path", record.cgroup},
            {"scope", record.unit},
            {"intelrdt", record.intel_rdt},
            {"annotations", record.annotations},
            {"external_descriptors", record.external_descriptors}};
}

void lock(const Fd& directory, int how, const std::filesystem::path& path)
{
    while (::flock(directory.number(), how) < 0)
        if (errno != EINTR)
            throw errno_failure(errno, "lock", path.native());
}

} // namespace

std::string_view word_of(Status status)
{
    switch (status) {
    case Status::creating:
        return "creating";
    case Status::created:
        return "created";
    case Status::running:
        return "running";
    case Status::paused:
        return "paused";
    case Status::stopped:
        return "stopped";
    }
    return {};
}

Container::Container(const Context& context, std::string id) : id_{std::move(id)}
{
    require_valid(id_);
    if (context.root.empty())
        throw Failure{
            ErrorCode::invalid_argument,
            "XDG_RUNTIME_DIR is not set: say by --root where the containers' states are to be kept"};
    directory_ = std::filesystem::path{context.root} / id_;
}

Container Container::find(const Context& context, const std::string& id)
{
    Container container{context, id};
    struct stat status {};
    if (::lstat(container.directory_.c_str(), &status) < 0 || !S_ISDIR(status.st_mode))
        throw Failure{ErrorCode::no_such_container, "container \"" + id + "\" does not exist"};
    return container;
}

Container Container::make(const Context& context, const std::string& id)
{
    Container container{context, id};
    std::error_code failed;
    std::filesystem::create_directories(context.root, failed);
    static_cast<void>(::chmod(context.root.c_str(), 0700));
    // Nobody is between its making and its locking: whoever starts what is there waits for its maker.
    const Fd root = open_directory(context.root);
    lock(root, LOCK_EX, context.root);
    if (::mkdir(container.directory_.c_str(), 0700) < 0) {
        if (errno == EEXIST)
            throw Failure{ErrorCode::name_taken, "container with id exists: " + id};
        throw errno_failure(errno, "make", container.directory_.native());
    }
    container.making_ = std::make_shared<const Fd>(open_directory(container.directory_));
    lock(*container.making_, LOCK_EX, container.directory_);
    return container;
}

void Container::await_maker() const
{
    {
        const Fd root = open_directory(directory_.parent_path());
        lock(root, LOCK_SH, directory_.parent_path());
    }
    lock(open_directory(directory_), LOCK_SH, directory_);
}

std::vector<std::string> Container::ids(const Context& context)
{
    std::vector<std::string> ids;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator{context.root, none})
        if (entry.is_directory(none) && !entry.path().filename().native().starts_with('.'))
            ids.push_back(entry.path().filename());
    std::sort(ids.begin(), ids.end());
    return ids;
}

Record Container::record() const
{
    Record record;
    record.id = id_;
    const std::optional<std::string> text = find_file(file(status_file));
    const Json json = parse_json(text.value_or(""));
    if (!json.is_object())
        return record;
    try {
        record.pid = json.value("pid", 0);
        record.start_time = json.value("process-start-time", std::uint64_t{0});
        record.bundle = json.value("bundle", "");
        record.rootfs = json.value("rootfs", "");
        record.created = json.value("created", "");
        record.owner = json.value("owner", "");
        record.cgroup = json.value("cgroup-path", "");
        record.unit = json.value("scope", "");
        record.intel_rdt = json.value("intelrdt", "");
        record.annotations = json.value("annotations", record.annotations);
        record.external_descriptors = json.value("external_descriptors", "");
    } catch (const Json::exception& damaged) {
        throw Failure{ErrorCode::internal, file(status_file).native() + ": " + damaged.what()};
    }
    return record;
}

void Container::write(const Record& record) const
{
    replace_file(file(status_file), json_text(json_of(record), StrayBytes::replaced), Durability::page_cache);
}

oci::RuntimeConfig Container::config() const
{
    return oci::parse_runtime_config(read_file(file(config_file))).value();
}

void Container::write_config(const std::string& text) const
{
    replace_file(file(config_file), text, Durability::page_cache);
}

Status Container::status(const Record& record) const
{
    if (record.pid == 0)
        return Status::creating;
    if (kernel::find_start_time(record.pid) != record.start_time)
        return Status::stopped;
    if (::access(file(gate_file).c_str(), F_OK) == 0)
        return Status::created;
    if (!record.cgroup.empty() && cgroupfs::Group{record.cgroup}.is_frozen())
        return Status::paused;
    return Status::running;
}

std::string Container::state(const Record& record, Status status)
{
    Json json{{"ociVersion", "1.2.0"},     {"id", record.id},
              {"status", word_of(status)}, {"bundle", record.bundle},
              {"rootfs", record.rootfs},   {"created", record.created},
              {"owner", record.owner},     {"pid", status == Status::stopped ? 0 : record.pid}};
    if (!record.annotations.empty())
        json["annotations"] = record.annotations;
    if (!record.unit.empty())
        json["systemd-scope"] = record.unit;
    return json_text(json, StrayBytes::replaced, 2);
}

Fd Container::process(const Record& record)
{
    const auto refuse = [] { throw Failure{ErrorCode::not_running, "container not running"}; };
    if (record.pid <= 0)
        refuse();
    Fd process;
    try {
        process = kernel::open_process(record.pid);
    } catch (const Failure&) {
        refuse();
    }
    // Behind the descriptor, so that the PID cannot change its owner in between.
    if (kernel::find_start_time(record.pid) != record.start_time)
        refuse();
    return process;
}

void Container::forget() const
{
    if (const std::error_code failed = remove_tree(directory_))
        throw errno_failure(failed.value(), "remove", directory_.native());
}

std::string owner_name()
{
    std::string uid = std::to_string(::geteuid());
    const std::optional<std::string> users = find_file("/etc/passwd", 1U << 20U);
    std::size_t begin = 0;
    while (users && begin < users->size()) {
        const std::size_t end = std::min(users->find('\n', begin), users->size());
        const std::string line = users->substr(begin, end - begin);
        begin = end + 1;
        const std::size_t name_end = line.find(':');
        const std::size_t password_end =
            name_end == std::string::npos ? name_end : line.find(':', name_end + 1);
        if (password_end != std::string::npos &&
            line.compare(password_end + 1, uid.size() + 1, uid + ":") == 0)
            return line.substr(0, name_end);
    }
    return uid;
}

std::string time_text()
{
    timespec present{};
    ::clock_gettime(CLOCK_REALTIME, &present);
    std::tm parts{};
    ::gmtime_r(&present.tv_sec, &parts);
    std::string text(48, '\0');
    text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.", &parts));
    const std::string fraction = std::to_string(1'000'000'000 + present.tv_nsec);
    return text + fraction.substr(1) + "Z";
}

} // namespace slipway::oci_runtime
