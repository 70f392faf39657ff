// SPDX-License-Identifier: LGPL-2.1-or-later
// create: a container that waits for its start.
#include "oci-runtime/create.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/unix_address.hpp"
#include "kernel/process.hpp"
#include "oci-runtime/bundle.hpp"
#include "oci-runtime/console.hpp"
#include "oci-runtime/launching.hpp"
#include "oci-runtime/listener.hpp"
#include "oci-runtime/log.hpp"
#include "oci-runtime/place.hpp"
#include "oci-runtime/resctrl.hpp"
#include "sandbox/hooks.hpp"

#include <cstdlib>
#include <sys/socket.h>
#include <sys/stat.h>

namespace slipway::oci_runtime {

namespace {

// Sockets and the like that our supervisor hands on (sd_listen_fds(3)). Returns their number.
int add_listening_descriptors(oci::Process& process)
{
    const char* const text = ::secure_getenv("LISTEN_FDS");
    const char* const whose = ::secure_getenv("LISTEN_PID");
    if (text == nullptr || (whose != nullptr && std::to_string(::getpid()) != whose))
        return 0;
    const int count = std::atoi(text); // NOLINT: what is no number is none
    if (count <= 0)
        return 0;
    process.env.push_back(std::string{"LISTEN_FDS="} + text);
    process.env.emplace_back("LISTEN_PID=1");
    if (const char* const names = ::secure_getenv("LISTEN_FDNAMES"); names != nullptr)
        process.env.push_back(std::string{"LISTEN_FDNAMES="} + names);
    return count;
}

// What the standard streams are, for whoever restores them (CRIU).
std::string external_descriptors()
{
    Json names = Json::array();
    for (int number = 0; number < 3; ++number) {
        std::string name(4096, '\0');
        const std::string link = "/proc/self/fd/" + std::to_string(number);
        const ssize_t length = ::readlink(link.c_str(), name.data(), name.size());
        name.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
        names.push_back(name);
    }
    return json_text(names, StrayBytes::replaced);
}

Fd make_gate(const Container& container)
{
    Fd gate{check(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), "make a socket")};
    const std::string path = container.file("gate");
    const UnixAddress address{path};
    check(::bind(gate.number(), address.pointer(), UnixAddress::size()), "bind", path);
    check(::listen(gate.number(), 1), "listen on", path);
    return gate;
}

void require_terminal_place(const oci::Process& process, const CreateOptions& options, Ground ground)
{
    if (process.terminal && options.console_socket.empty() && ground == Ground::background)
        throw Failure{ErrorCode::invalid_argument,
                      "process.terminal: somebody must take the terminal; use --console-socket"};
    if (!process.terminal && !options.console_socket.empty())
        throw Failure{ErrorCode::invalid_argument, "--console-socket: process.terminal is not set"};
}

void label_mounts(oci::RuntimeConfig& config)
{
    const std::string& label = config.linux.mount_label;
    if (label.empty())
        return;
    if (::access("/sys/fs/selinux/status", F_OK) < 0)
        throw Failure{ErrorCode::not_supported, "linux.mountLabel: this host has no SELinux"};
    for (oci::Mount& mount : config.mounts)
        if (mount.type == "tmpfs" || mount.type == "mqueue" || mount.type == "devpts")
            mount.options.push_back("context=" + label);
}

// Undoes what was made, unless it is kept.
class Undoing {
  public:
    Undoing(const Container& container, Place& place, const Record& record)
        : container_{&container}, place_{&place}, record_{&record}
    {
    }
    Undoing(const Undoing&) = delete;
    Undoing& operator=(const Undoing&) = delete;
    ~Undoing()
    {
        if (is_kept_)
            return;
        try {
            place_->remove();
            remove_resctrl(record_->intel_rdt);
            container_->forget();
        } catch (const std::exception&) {
            return; // delete gets at the rest
        }
    }
    void keep() noexcept { is_kept_ = true; }

  private:
    const Container* container_;
    Place* place_;
    const Record* record_;
    bool is_kept_ = false;
};

sandbox::LaunchRequest request_of(const Context& context, const CreateOptions& options,
                                  const oci::RuntimeConfig& config, const std::string& state)
{
    sandbox::LaunchRequest request;
    request.config = config;
    request.filters = context.root + "/.filters";
    request.has_own_keyring = options.has_keyring;
    request.state = state;
    request.awaits_hooks = !config.hooks.prestart.empty() || !config.hooks.create_runtime.empty() ||
                           config.linux.intel_rdt.has_value();
    request.has_pivot = options.has_pivot;
    return request;
}

} // namespace

void add_create_options(Options& options, CreateOptions& target, bool& no_pivot, bool& no_keyring)
{
    options.text("-b,--bundle", target.bundle, "DIRECTORY", "The bundle (the working directory)");
    options.text("-f,--config", target.config, "FILE", "The configuration (config.json)");
    options.text("--console-socket", target.console_socket, "PATH", "Who gets the terminal");
    options.text("--pid-file", target.pid_file, "FILE", "Where to write the PID");
    options.count("--preserve-fds", target.preserved, "NUMBER",
                  "Descriptors from 3 on that the payload gets");
    options.flag("--no-pivot", no_pivot, "Change the root by chroot(2), as an initramfs needs it");
    options.flag("--no-new-keyring", no_keyring, "Stay in the caller's session keyring");
    options.operand("ID", target.id, "The container's ID");
}

Made make_container(const Context& context, const CreateOptions& options, Start start, Ground ground)
{
    Bundle bundle = load_bundle(options.bundle, options.config);
    oci::RuntimeConfig& config = bundle.config;
    require_terminal_place(*config.process, options, ground);
    label_mounts(config);
    require_resctrl(config.linux);
    Made made{Container::make(context, options.id), {}, {}, {}, {}, {}};
    const Container& container = made.container;
    Record& record = made.record;
    record.id = options.id;
    record.bundle = bundle.path;
    record.rootfs = config.root.path;
    record.created = time_text();
    record.owner = owner_name();
    record.annotations = config.annotations;
    record.external_descriptors = external_descriptors();
    std::optional<Place> place;
    try {
        place.emplace(context, options.id, config.linux);
    } catch (const Failure&) {
        container.forget();
        throw;
    }
    Undoing undoing{container, *place, record};
    container.write_config(bundle.text);
    place->write_to(record);
    container.write(record);

    Inheritance inheritance;
    inheritance.preserved =
        static_cast<int>(options.preserved.value_or(0)) + add_listening_descriptors(*config.process);
    add_notify_directory(config, container, notify_path());
    if (start == Start::at_once)
        made.notifications.emplace(container, notify_path());
    const Fd gate = start == Start::later ? make_gate(container) : Fd{};
    if (gate)
        inheritance.gate = &gate;
    place->make();
    place->write_to(record); // there may be none after all
    sandbox::LaunchRequest request =
        request_of(context, options, config, Container::state(record, Status::creating));
    request.joined = place->joined();
    Launching launching{std::move(request), inheritance};
    if (place->adopt(launching.launcher()) == Place::Adopted::yes) {
        place->write_to(record);
        container.write(record);
    }
    launching.await_sandbox();
    launching.release(place->birthplace());
    launching.conduct({
        .created =
            [&] {
                record.intel_rdt = enter_resctrl(config.linux, options.id, launching.pid());
                record.pid = launching.pid();
                const std::string state = Container::state(record, Status::creating);
                sandbox::run_hooks(config.hooks.prestart, "hooks.prestart", state);
                sandbox::run_hooks(config.hooks.create_runtime, "hooks.createRuntime", state);
            },
        .terminal =
            [&](Fd master) {
                if (options.console_socket.empty())
                    made.terminal = std::move(master);
                else
                    send_terminal(options.console_socket, master);
            },
        .listener =
            [&](Fd listener) {
                record.pid = launching.pid();
                send_listener(*config.linux.seccomp, record, listener);
            },
    });
    record.pid = launching.pid();
    record.start_time = kernel::find_start_time(record.pid).value_or(0);
    container.write(record);
    if (!options.pid_file.empty())
        replace_file(options.pid_file, std::to_string(record.pid), Durability::page_cache, 0644);
    made.process = launching.process().duplicate();
    made.config = std::move(config);
    launching.keep();
    undoing.keep();
    return made;
}

void run_poststart_hooks(const Context& context, const Made& made)
{
    try {
        sandbox::run_hooks(made.config.hooks.poststart, "hooks.poststart",
                           Container::state(made.record, Status::running));
    } catch (const Failure& failure) {
        complain(context, failure.message());
    }
}

int create(Context& context, const Arguments& arguments)
{
    CreateOptions wish;
    bool no_pivot = false;
    bool no_keyring = false;
    Options options = make_options("create [OPTIONS] ID", "Makes a container that waits for its start.");
    add_create_options(options, wish, no_pivot, no_keyring);
    options.parse(arguments);
    wish.has_pivot = !no_pivot;
    wish.has_keyring = !no_keyring;
    make_container(context, wish, Start::later, Ground::background);
    return 0;
}

} // namespace slipway::oci_runtime
