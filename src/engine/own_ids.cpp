// SPDX-License-Identifier: LGPL-2.1-or-later
// OwnIds: lines "NAME:FIRST:SIZE", and slipway-transfer for what is to be done in the namespace.
#include "engine/own_ids.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "kernel/spawn.hpp"
#include "store/copy_content.hpp"
#include "store/remove_tree.hpp"
#include "store/tree_size.hpp"

#include <algorithm>
#include <charconv>
#include <fcntl.h>
#include <sstream>
#include <sys/wait.h>

namespace slipway::engine {

namespace {

constexpr std::uint32_t most_subordinates = 65535;
constexpr int namespace_number = 6; // of slipway-transfer
// Their paths have to fit into one command line.
constexpr std::size_t measured_at_once = 4096;

bool read_id(std::string_view text, std::uint32_t& number)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

std::vector<kernel::IdRange> ranges_of(std::string_view file, const std::string& name, std::uint32_t uid,
                                       std::uint32_t own)
{
    std::vector<kernel::IdRange> ranges{{0, own, 1}};
    std::uint32_t next = 1;
    const std::string number = std::to_string(uid);
    while (!file.empty() && next <= most_subordinates) {
        const std::string_view line = file.substr(0, file.find('\n'));
        file.remove_prefix(std::min(line.size() + 1, file.size()));
        const std::size_t first_colon = line.find(':');
        const std::size_t second_colon = line.find(':', std::min(first_colon, line.size() - 1) + 1);
        if (first_colon == std::string_view::npos || second_colon == std::string_view::npos)
            continue;
        const std::string_view owner = line.substr(0, first_colon);
        if (owner.empty() || (owner != name && owner != number))
            continue;
        kernel::IdRange range{next, 0, 0};
        if (!read_id(line.substr(first_colon + 1, second_colon - first_colon - 1), range.outside) ||
            !read_id(line.substr(second_colon + 1), range.size) || range.outside == 0 || range.size == 0 ||
            range.size > UINT32_MAX - range.outside)
            continue;
        range.size = std::min(range.size, most_subordinates - next + 1);
        next += range.size;
        ranges.push_back(range);
    }
    return ranges;
}

struct SpaceAnswer {
    bool is_done = false;
    std::string text;
};

SpaceAnswer run_in_space(const std::filesystem::path& programs, const Fd& space,
                         const std::vector<std::string>& words)
{
    const std::string program = (programs / "slipway-transfer").native();
    std::vector<std::string> arguments{program};
    arguments.insert(arguments.end(), words.begin(), words.end());
    const Fd nothing{check(::open("/dev/null", O_RDWR | O_CLOEXEC), "open /dev/null")};
    FdPair output = make_pipe();
    const kernel::Spawned spawned = kernel::spawn(program, arguments, {"LANG=C.UTF-8"},
                                                  {{nothing.number(), 0},
                                                   {output.second.number(), 1},
                                                   {output.second.number(), 2},
                                                   {space.number(), namespace_number}});
    output.second.reset();
    std::string text = read_all(output.first.number(), "the answer of slipway-transfer");
    int status = 0;
    while (::waitpid(spawned.pid, &status, 0) < 0 && errno == EINTR) {
    }
    while (text.ends_with('\n'))
        text.pop_back();
    const bool is_done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!is_done && text.empty())
        text = "slipway-transfer ended without a word";
    return {is_done, std::move(text)};
}

} // namespace

kernel::IdRanges own_ranges(const UserEntry& user, std::string_view subuid, std::string_view subgid)
{
    return {ranges_of(subuid, user.name, user.uid, user.uid),
            ranges_of(subgid, user.name, user.uid, user.gid)};
}

const std::shared_ptr<const Fd>& OwnIds::space()
{
    if (!space_)
        space_ = std::make_shared<const Fd>(kernel::make_user_namespace(ranges_.uids, ranges_.gids));
    return space_;
}

std::function<std::string()> OwnIds::in_space(std::vector<std::string> words)
{
    return [words = std::move(words), programs = programs_, space = space()] {
        SpaceAnswer answer = run_in_space(programs, *space, words);
        if (!answer.is_done)
            throw Failure{ErrorCode::io_error, answer.text};
        return std::move(answer.text);
    };
}

store::Trial OwnIds::try_driver(const store::SnapshotDriver& driver, const std::filesystem::path& directory)
{
    if (!is_users())
        return driver.try_in(directory, store::Rights::roots);
    try {
        const SpaceAnswer answer =
            run_in_space(programs_, *space(), {"probe", directory.native(), std::string{driver.name()}});
        return {answer.is_done ? "" : answer.text, {}, false};
    } catch (const Failure& failure) {
        return {failure.message(), {}, false};
    }
}

std::function<void()> OwnIds::removal(std::vector<store::Trash> trash)
{
    if (!is_users())
        return [trash = std::move(trash)] {
            for (const store::Trash& tree : trash)
                store::remove_tree(tree);
        };
    std::vector<std::string> words{"remove"};
    for (const store::Trash& tree : trash)
        words.push_back(tree.native());
    return in_space(std::move(words));
}

std::function<std::vector<std::uint64_t>()> OwnIds::measurement(std::vector<std::filesystem::path> trees)
{
    if (!is_users())
        return [trees = std::move(trees)] {
            std::vector<std::uint64_t> sizes;
            sizes.reserve(trees.size());
            for (const std::filesystem::path& tree : trees)
                sizes.push_back(store::tree_size(tree));
            return sizes;
        };
    return [trees = std::move(trees), programs = programs_, space = space()] {
        std::vector<std::uint64_t> sizes;
        while (sizes.size() < trees.size()) {
            std::vector<std::string> words{"measure"};
            const std::size_t end = std::min(trees.size(), sizes.size() + measured_at_once);
            for (std::size_t i = sizes.size(); i < end; ++i)
                words.push_back(trees[i].native());
            const SpaceAnswer answer = run_in_space(programs, *space, words);
            if (!answer.is_done)
                throw Failure{ErrorCode::io_error, answer.text};
            std::istringstream numbers{answer.text};
            for (std::uint64_t size = 0; numbers >> size;)
                sizes.push_back(size);
            if (sizes.size() != end)
                throw Failure{ErrorCode::internal, "slipway-transfer measured other trees than it was told"};
        }
        return sizes;
    };
}

std::function<void()> OwnIds::building(store::RootPlan plan)
{
    if (!is_users())
        return [plan = std::move(plan)] { store::build_whole_root(plan); };
    std::vector<std::string> words{"build-root", plan.driver, plan.destination.native(), plan.upper.native(),
                                   plan.base.native()};
    for (const std::filesystem::path& layer : plan.layers)
        words.push_back(layer.native());
    return in_space(std::move(words));
}

std::function<void()> OwnIds::comparison(std::filesystem::path container,
                                         std::vector<std::filesystem::path> layers,
                                         std::filesystem::path changes)
{
    if (!is_users())
        return [container = std::move(container), layers = std::move(layers), changes = std::move(changes)] {
            if (const std::optional<store::WholeRoot> root = store::find_whole_root(container))
                store::write_changes(*root, layers, changes);
        };
    std::vector<std::string> words{"compare-root", container.native(), changes.native()};
    for (const std::filesystem::path& layer : layers)
        words.push_back(layer.native());
    return in_space(std::move(words));
}

std::function<bool()> OwnIds::filling(std::vector<std::filesystem::path> layers, std::string target,
                                      std::filesystem::path draft)
{
    if (!is_users())
        return [layers = std::move(layers), target = std::move(target), draft = std::move(draft)] {
            return store::copy_content(layers, target, draft);
        };
    std::vector<std::string> words{"copy-content", target, draft.native()};
    for (const std::filesystem::path& layer : layers)
        words.push_back(layer.native());
    return [in_space = in_space(std::move(words))] { return in_space() == "copied"; };
}

} // namespace slipway::engine
