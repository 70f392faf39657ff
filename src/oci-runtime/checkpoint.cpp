// SPDX-License-Identifier: LGPL-2.1-or-later
// checkpoint and restore: processes saved and brought back by CRIU (criu(8)), where it is installed.
#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "kernel/in_root.hpp"
#include "kernel/process.hpp"
#include "kernel/spawn.hpp"
#include "oci-runtime/bundle.hpp"
#include "oci-runtime/container.hpp"
#include "oci-runtime/delete.hpp"
#include "oci-runtime/place.hpp"
#include "oci-runtime/wait.hpp"

#include <charconv>
#include <fcntl.h>
#include <filesystem>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

namespace slipway::oci_runtime {

namespace {

struct CheckpointWish {
    std::string id;
    std::string images = "checkpoint";
    std::string work;
    std::string parent;
    std::string bundle;
    std::string pid_file;
    bool is_left_running = false;
    bool has_tcp = false;
    bool has_unix = false;
    bool has_locks = false;
    bool has_shell = false;
    bool is_first_pass = false;
    bool is_detached = false;
};

void add_options(Options& options, CheckpointWish& wish)
{
    options.text("--image-path", wish.images, "DIRECTORY", "Where it is saved (checkpoint)");
    options.text("--work-path", wish.work, "DIRECTORY", "Where CRIU writes its log");
    options.flag("--tcp-established", wish.has_tcp, "With open TCP connections");
    options.flag("--ext-unix-sk", wish.has_unix, "With Unix sockets that lead out of it");
    options.flag("--file-locks", wish.has_locks, "With file locks");
    options.flag("--shell-job", wish.has_shell, "With the terminal of a shell");
    options.operand("ID", wish.id, "The container's ID");
}

// Lists beside CRIU's own images: what the standard streams were, as other runtimes call it, and paths.
constexpr const char* descriptors_name = "descriptors.json";
constexpr const char* covered_name = "slipway-masked-files.json";
constexpr std::size_t list_limit = 1U << 20U;

std::vector<std::string> read_list(const std::string& images, const char* name)
{
    const std::string path = std::filesystem::path{images} / name;
    const std::optional<std::string> text = find_file(path, list_limit);
    if (!text)
        return {};
    try {
        return parse_json(*text).get<std::vector<std::string>>();
    } catch (const Json::exception& exception) {
        throw Failure{ErrorCode::invalid_argument, path + ": " + exception.what()};
    }
}

std::string find_criu()
{
    for (const char* const path : {"/usr/sbin/criu", "/usr/local/sbin/criu", "/usr/bin/criu", "/sbin/criu"})
        if (::access(path, X_OK) == 0)
            return path;
    throw Failure{ErrorCode::not_supported,
                  "checkpoint and restore need CRIU, which is not installed (apt install criu)"};
}

void run_criu(std::vector<std::string> arguments, const CheckpointWish& wish)
{
    const std::string program = find_criu();
    const std::string work = wish.work.empty() ? wish.images : wish.work;
    arguments.insert(arguments.begin(), program);
    for (const std::string& word :
         {std::string{"--images-dir"}, wish.images, std::string{"--work-dir"}, work,
          std::string{"--log-file"}, std::string{"criu.log"}, std::string{"--manage-cgroups=ignore"}})
        arguments.push_back(word);
    const auto add = [&arguments](bool is_wanted, const char* word) {
        if (is_wanted)
            arguments.emplace_back(word);
    };
    add(wish.has_tcp, "--tcp-established");
    add(wish.has_unix, "--ext-unix-sk");
    add(wish.has_locks, "--file-locks");
    add(wish.has_shell, "--shell-job");
    const kernel::Spawned criu =
        kernel::spawn(program, arguments, {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}, {{0, 0}, {1, 1}, {2, 2}});
    int status = 0;
    ::waitpid(criu.pid, &status, 0);
    if (status != 0)
        throw Failure{ErrorCode::start_failed, "CRIU could not do it; it says why in " + work + "/criu.log"};
}

// The masked paths over which the null device is: those of files. What is over directories is a file system
// of its own, which CRIU saves.
std::vector<std::string> covered_files(const Record& record, const oci::Linux& settings)
{
    std::vector<std::string> covered;
    const std::string path = "/proc/" + std::to_string(record.pid) + "/root";
    const Fd root{check(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "open", path)};
    for (const std::string& masked : settings.masked_paths) {
        const Fd place = kernel::find_in_root(root, masked, O_PATH | O_NOFOLLOW);
        struct stat status {};
        if (place && ::fstat(place.number(), &status) == 0 && S_ISCHR(status.st_mode))
            covered.push_back(masked);
    }
    return covered;
}

// Mounts that come from outside, by where they are in the container.
void add_external_mounts(std::vector<std::string>& arguments, const oci::RuntimeConfig& config,
                         const std::vector<std::string>& covered, bool is_restore)
{
    const auto add = [&](const std::string& place, const std::string& source) {
        arguments.emplace_back("--external");
        arguments.push_back("mnt[" + place + "]:" + (is_restore ? source : place));
    };
    for (const std::string& path : covered)
        add(path, "/dev/null");
    for (const oci::Mount& mount : config.mounts) {
        bool is_bind = mount.type == "bind";
        for (const std::string& option : mount.options)
            is_bind = is_bind || option == "bind" || option == "rbind";
        if (is_bind)
            add(mount.destination, mount.source);
    }
}

// The pipes that were its standard streams become ours.
void add_inherited(std::vector<std::string>& arguments, const std::string& images)
{
    const std::vector<std::string> streams = read_list(images, descriptors_name);
    for (std::size_t i = 0; i < streams.size() && i < 3; ++i)
        if (streams[i].starts_with("pipe:")) {
            arguments.emplace_back("--inherit-fd");
            arguments.push_back("fd[" + std::to_string(i) + "]:" + streams[i]);
        }
}

} // namespace

int checkpoint(Context& context, const Arguments& arguments)
{
    CheckpointWish wish;
    Options options =
        make_options("checkpoint [OPTIONS] ID", "Saves a running container's processes, by CRIU.");
    options.flag("--leave-running", wish.is_left_running, "Let it go on");
    options.flag("--pre-dump", wish.is_first_pass, "Save its memory only, and let it go on");
    options.text("--parent-path", wish.parent, "DIRECTORY", "What --pre-dump saved, relative to the images");
    add_options(options, wish);
    options.parse(arguments);

    const Container container = Container::find(context, wish.id);
    const Record record = container.record();
    if (container.status(record) != Status::running)
        throw Failure{ErrorCode::not_running, "container not running"};
    find_criu();
    std::filesystem::create_directories(wish.images);
    std::vector<std::string> words{wish.is_first_pass ? "pre-dump" : "dump", "--tree",
                                   std::to_string(record.pid), "--root", record.rootfs};
    if (wish.is_left_running && !wish.is_first_pass)
        words.emplace_back("--leave-running");
    if (wish.is_first_pass || !wish.parent.empty())
        words.emplace_back("--track-mem");
    if (!wish.parent.empty()) {
        words.emplace_back("--prev-images-dir");
        words.push_back(wish.parent);
    }
    const oci::RuntimeConfig config = container.config();
    const std::vector<std::string> covered = covered_files(record, config.linux);
    add_external_mounts(words, config, covered, false);
    replace_file(std::filesystem::path{wish.images} / covered_name, json_text(Json(covered)),
                 Durability::page_cache);
    replace_file(std::filesystem::path{wish.images} / descriptors_name, record.external_descriptors,
                 Durability::page_cache);
    run_criu(std::move(words), wish);
    if (!wish.is_left_running && !wish.is_first_pass)
        remove_container(context, container);
    return 0;
}

int restore(Context& context, const Arguments& arguments)
{
    CheckpointWish wish;
    Options options = make_options("restore [OPTIONS] ID", "Starts a container from what checkpoint saved.");
    options.text("-b,--bundle", wish.bundle, "DIRECTORY", "The bundle (the working directory)");
    options.text("--pid-file", wish.pid_file, "FILE", "Where to write the PID");
    options.flag("-d,--detach", wish.is_detached, "Leave it running");
    add_options(options, wish);
    options.parse(arguments);

    find_criu();
    const Bundle bundle = load_bundle(wish.bundle, "");
    const Container container = Container::make(context, wish.id);
    Record record;
    record.id = wish.id;
    record.bundle = bundle.path;
    record.rootfs = bundle.config.root.path;
    record.created = time_text();
    record.owner = owner_name();
    record.annotations = bundle.config.annotations;
    Place place{context, wish.id, bundle.config.linux};
    try {
        container.write_config(bundle.text);
        place.make();
        place.write_to(record);
        // CRIU wants a root that is a mount.
        check(::mount(record.rootfs.c_str(), record.rootfs.c_str(), nullptr, MS_BIND | MS_REC, nullptr),
              "mount the root", record.rootfs);
        const std::string pid_file = container.file("restored.pid");
        std::vector<std::string> words{"restore",   "--root", record.rootfs, "--restore-detached",
                                       "--pidfile", pid_file};
        add_external_mounts(words, bundle.config, read_list(wish.images, covered_name), true);
        add_inherited(words, wish.images);
        std::exception_ptr failure;
        try {
            run_criu(std::move(words), wish);
        } catch (const Failure&) {
            failure = std::current_exception();
        }
        ::umount2(record.rootfs.c_str(), MNT_DETACH);
        if (failure)
            std::rethrow_exception(failure);
        const std::string pid = read_file(pid_file, 32);
        std::from_chars(pid.data(), pid.data() + pid.size(), record.pid);
        record.start_time = kernel::find_start_time(record.pid).value_or(0);
        container.write(record);
        if (!wish.pid_file.empty())
            replace_file(wish.pid_file, std::to_string(record.pid), Durability::page_cache, 0644);
    } catch (const Failure&) {
        place.remove();
        container.forget();
        throw;
    }
    return 0;
}

} // namespace slipway::oci_runtime
