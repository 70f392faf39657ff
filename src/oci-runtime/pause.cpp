// SPDX-License-Identifier: LGPL-2.1-or-later
// pause and resume: the freezer.
#include "base/failure.hpp"
#include "oci-runtime/place.hpp"

namespace slipway::oci_runtime {

namespace {

int move(Context& context, const Arguments& arguments, const char* verb, const char* purpose, Status from,
         cgroupfs::Group::Motion motion)
{
    std::string id;
    Options options = make_options(std::string{verb} + " ID", purpose);
    options.operand("ID", id, "The container's ID");
    options.parse(arguments);
    const Container container = Container::find(context, id);
    const Record record = container.record();
    const Status status = container.status(record);
    if (status != from && !(from == Status::running && status == Status::created))
        throw Failure{ErrorCode::not_running,
                      std::string{"cannot "} + verb + " a container that is " + std::string{word_of(status)}};
    const Place place{record};
    if (!place.group())
        throw Failure{ErrorCode::not_supported, "the container has no cgroup of its own"};
    place.group()->set(motion);
    return 0;
}

} // namespace

int pause(Context& context, const Arguments& arguments)
{
    return move(context, arguments, "pause", "Freezes all processes of a container.", Status::running,
                cgroupfs::Group::Motion::frozen);
}

int resume(Context& context, const Arguments& arguments)
{
    return move(context, arguments, "resume", "Thaws a container.", Status::paused,
                cgroupfs::Group::Motion::thawed);
}

} // namespace slipway::oci_runtime
