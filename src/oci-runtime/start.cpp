// SPDX-License-Identifier: LGPL-2.1-or-later
// start: the word that a made container waits for.
#include "base/failure.hpp"
#include "base/json.hpp"
#include "base/packet.hpp"
#include "base/unix_address.hpp"
#include "oci-runtime/create.hpp"
#include "oci-runtime/wait.hpp"

#include <sys/socket.h>

namespace slipway::oci_runtime {

namespace {

// Returns when the payload has executed. Throws why it has not.
void open_gate(const Container& container)
{
    const std::string path = container.file("gate");
    const Fd socket{check(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), "make a socket")};
    const UnixAddress address{path};
    check(::connect(socket.number(), address.pointer(), UnixAddress::size()), "connect to", path);
    // One start only: another finds it started.
    ::unlink(path.c_str());
    send_packet(socket.number(), R"({"method":"start"})");
    const std::optional<Packet> answer = receive_packet(socket.number());
    if (!answer)
        return;
    const Json error = parse_json(answer->text).at("error");
    throw Failure{find_error_code(error.at("name").get<std::string>()).value_or(ErrorCode::start_failed),
                  error.at("message").get<std::string>()};
}

} // namespace

int start(Context& context, const Arguments& arguments)
{
    std::string id;
    Options options = make_options("start ID", "Starts a container that was made by create.");
    options.operand("ID", id, "The container's ID");
    options.parse(arguments);

    const Container container = Container::find(context, id);
    container.await_maker();
    const Record record = container.record();
    const Status status = container.status(record);
    if (status != Status::created)
        throw Failure{status == Status::running || status == Status::paused ? ErrorCode::already_running
                                                                            : ErrorCode::not_running,
                      "cannot start a container that is " + std::string{word_of(status)}};
    Made made{container, record, container.config(), Container::process(record), {}, {}};
    Notifications notifications{container, notify_path()};
    open_gate(container);
    run_poststart_hooks(context, made);
    wait_for_readiness(made.process, notifications);
    return 0;
}

} // namespace slipway::oci_runtime
