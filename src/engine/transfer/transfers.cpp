// SPDX-License-Identifier: LGPL-2.1-or-later
// Transfers: processes spawned and heard out (docs/protocols.md).
#include "engine/transfer/transfers.hpp"

#include "async/reaped.hpp"
#include "base/packet.hpp"
#include "base/reported_failure.hpp"

#include <algorithm>
#include <fcntl.h>
#include <optional>

namespace slipway::engine {

namespace {

// Numbers of slipway-transfer's descriptors.
constexpr int input_number = 0;
constexpr int output_number = 1;
constexpr int directory_number = 3;
constexpr int conversation_number = 4;
constexpr int recipe_number = 5;
constexpr int expected_number = 5;
constexpr int space_number = 6;
constexpr int first_layer_number = 7;

constexpr std::size_t named_left_out = 3;

LeftOut read_left_out(const Json& json)
{
    return {json.at("left_out").get<std::vector<std::string>>(),
            json.at("left_out_count").get<std::uint64_t>()};
}

} // namespace

// Our end of the conversation: closing it makes the process give up, so that a cancelled task leaves none.
Fd Transfers::spawn(const std::vector<std::string>& words, std::vector<kernel::DescriptorMapping> descriptors,
                    int space)
{
    FdPair ends = make_packet_pair();
    const std::string program = (programs_ / "slipway-transfer").native();
    std::vector<std::string> arguments{program};
    arguments.insert(arguments.end(), words.begin(), words.end());
    const std::vector<std::string> environment{"LANG=C.UTF-8"};
    const Fd nothing{check(::open("/dev/null", O_RDWR | O_CLOEXEC), "open /dev/null")};
    for (const int number : {input_number, output_number, 2})
        if (std::none_of(descriptors.begin(), descriptors.end(),
                         [number](const kernel::DescriptorMapping& known) { return known.to == number; }))
            descriptors.push_back({nothing.number(), number});
    descriptors.push_back({ends.second.number(), conversation_number});
    if (space >= 0)
        descriptors.push_back({space, space_number});
    else if (own_ids_->is_users())
        descriptors.push_back({own_ids_->space()->number(), space_number});
    kernel::Spawned transfer = kernel::spawn(program, arguments, environment, descriptors);
    tasks_->spawn(async::reaped(*loop_, transfer.pid, std::move(transfer.pidfd)));
    return std::move(ends.first);
}

// The event LAST.
async::Task<Json> Transfers::hear_out(Fd conversation, std::string last,
                                      std::function<void(std::uint64_t)> progress)
{
    std::optional<Json> result;
    for (;;) {
        co_await async::readable(*loop_, conversation.number());
        const std::optional<Packet> packet = receive_packet(conversation.number());
        if (!packet)
            break;
        Json json = parse_json(packet->text);
        const std::string event = json.at("event").get<std::string>();
        if (event == "progress" && progress)
            progress(json.at("read").get<std::uint64_t>());
        else if (event == "failed")
            throw reported_failure(json.at("error"), ErrorCode::internal);
        else if (event == last)
            result = std::move(json);
    }
    if (!result)
        throw Failure{ErrorCode::internal,
                      "slipway-transfer ended without a word (see journalctl -u slipwayd)"};
    co_return *std::move(result);
}

async::Task<Unpacked> Transfers::unpack(UnpackRequest request)
{
    std::vector<std::string> words{"unpack"};
    words.insert(words.end(), request.words.begin(), request.words.end());
    std::vector<kernel::DescriptorMapping> descriptors{{request.archive->number(), input_number},
                                                       {request.directory, directory_number}};
    if (request.recipe >= 0) {
        words.emplace_back("--recipe");
        descriptors.push_back({request.recipe, recipe_number});
    }
    Fd conversation = spawn(words, std::move(descriptors));
    request.archive->reset();
    const Json json = co_await hear_out(std::move(conversation), "unpacked", request.progress);
    co_return Unpacked{Digest::parse(json.at("diff_id").get<std::string>()).value(),
                       json.at("size").get<std::uint64_t>(), json.at("opaque").get<bool>()};
}

async::Task<Assembled> Transfers::assemble(AssembleRequest request)
{
    std::vector<std::string> words{"assemble", "--compression=" + request.compression};
    if (!request.member.empty()) {
        words.push_back("--member=" + request.member);
        words.push_back("--size=" + std::to_string(request.member_size));
    }
    std::vector<kernel::DescriptorMapping> descriptors{{request.recipe, input_number},
                                                       {request.archive, output_number},
                                                       {request.directory, directory_number}};
    Fd conversation = spawn(words, std::move(descriptors));
    const Json json = co_await hear_out(std::move(conversation), "assembled", request.progress);
    co_return Assembled{Digest::parse(json.at("digest").get<std::string>()).value(),
                        json.at("size").get<std::uint64_t>()};
}

async::Task<Compared> Transfers::compare(CompareRequest request)
{
    std::vector<std::string> words{"compare", "--made-since=" + std::to_string(request.made_since)};
    words.insert(words.end(), request.words.begin(), request.words.end());
    std::vector<kernel::DescriptorMapping> descriptors{{request.directory, directory_number},
                                                       {request.expected, expected_number}};
    Fd conversation = spawn(words, std::move(descriptors));
    const Json json = co_await hear_out(std::move(conversation), "compared", {});
    co_return Compared{json.at("differences").get<std::vector<std::string>>(),
                       json.at("count").get<std::uint64_t>()};
}

async::Task<> Transfers::extract(ExtractRequest request)
{
    const std::vector<std::string> words{"extract"};
    std::vector<kernel::DescriptorMapping> descriptors{{request.archive->number(), input_number},
                                                       {request.directory, directory_number},
                                                       {request.list, recipe_number}};
    Fd conversation = spawn(words, std::move(descriptors));
    request.archive->reset();
    static_cast<void>(co_await hear_out(std::move(conversation), "extracted", request.progress));
}

async::Task<> Transfers::enclose(EncloseRequest request)
{
    const std::vector<std::string> words{"enclose"};
    std::vector<kernel::DescriptorMapping> descriptors{{request.texts, input_number},
                                                       {request.archive, output_number},
                                                       {request.directory, directory_number}};
    Fd conversation = spawn(words, std::move(descriptors));
    static_cast<void>(co_await hear_out(std::move(conversation), "enclosed", {}));
}

async::Task<Packed> Transfers::pack(PackRequest request)
{
    std::vector<std::string> words{"pack"};
    words.insert(words.end(), request.words.begin(), request.words.end());
    std::vector<kernel::DescriptorMapping> descriptors{{request.archive->number(), output_number},
                                                       {request.directory, directory_number}};
    Fd conversation = spawn(words, std::move(descriptors), request.space);
    request.archive->reset();
    const Json json = co_await hear_out(std::move(conversation), "packed", request.progress);
    Packed packed{Digest::parse(json.at("digest").get<std::string>()).value(),
                  json.at("size").get<std::uint64_t>(), read_left_out(json)};
    co_return packed;
}

async::Task<Copied> Transfers::copy_in(CopyInRequest request)
{
    std::vector<std::string> words{"copy-in"};
    words.insert(words.end(), request.words.begin(), request.words.end());
    std::vector<kernel::DescriptorMapping> descriptors{{request.archive->number(), input_number},
                                                       {request.directory, directory_number}};
    Fd conversation = spawn(words, std::move(descriptors), request.space);
    request.archive->reset();
    const Json json = co_await hear_out(std::move(conversation), "copied", request.progress);
    co_return Copied{json.at("read").get<std::uint64_t>(), read_left_out(json)};
}

async::Task<> Transfers::diff(DiffRequest request)
{
    std::vector<Fd> directories;
    directories.reserve(request.directories.size());
    for (const std::filesystem::path& path : request.directories)
        directories.emplace_back(check(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
                                       "open", path.native()));
    std::vector<kernel::DescriptorMapping> descriptors{{request.output->number(), output_number},
                                                       {directories.front().number(), directory_number}};
    for (std::size_t i = 1; i < directories.size(); ++i)
        descriptors.push_back({directories[i].number(), first_layer_number + static_cast<int>(i) - 1});
    const std::vector<std::string> words{"diff", "--layers=" + std::to_string(directories.size() - 1),
                                         overlay_word()};
    Fd conversation = spawn(words, std::move(descriptors));
    request.output->reset();
    directories.clear();
    static_cast<void>(co_await hear_out(std::move(conversation), "listed", {}));
}

std::string left_out_text(const LeftOut& left_out)
{
    if (left_out.count == 0)
        return {};
    std::string text = "left out: ";
    const std::size_t count = std::min(left_out.names.size(), named_left_out);
    for (std::size_t i = 0; i < count; ++i)
        text.append(i == 0 ? "" : ", ").append(left_out.names[i]);
    if (left_out.count > count)
        text += " and " + std::to_string(left_out.count - count) + " more";
    return text;
}

} // namespace slipway::engine
