// SPDX-License-Identifier: LGPL-2.1-or-later
// Roots: the driver is chosen when somebody first asks; a whole root is built in tmp/ and renamed to its
// place.
#include "engine/container/roots.hpp"

#include "base/failure.hpp"

#include <cstdio>
#include <fcntl.h>

namespace slipway::engine {

const store::DriverChoice& Roots::choice()
{
    if (!choice_)
        choice_ = store::choose_driver(wish_, [this](const store::SnapshotDriver& driver) {
            return own_ids_->try_driver(driver, store_->scratch().directory());
        });
    return *choice_;
}

std::optional<store::WholeRoot> Roots::find_whole(const ContainerRef& container) const
{
    return store::find_whole_root(store_->container_directories().at(container->id()).path);
}

async::Task<std::optional<store::WholeRoot>> Roots::prepare(ContainerRef container)
{
    // A container keeps the root that it has, whatever new ones would get.
    if (std::optional<store::WholeRoot> there = find_whole(container))
        co_return there;
    if (choice().driver == nullptr)
        throw Failure{ErrorCode::not_supported, choice().why_none + " ('slipway info' tells what was tried)"};
    if (choice().driver->kind() == store::RootKind::stacked)
        co_return std::nullopt;
    const store::ImageRow image = store_->images().at(container->row.image_id);
    const store::ContainerDirectory directory = store_->container_directories().at(container->id());
    store::RootPlan plan;
    plan.driver = choice().name();
    plan.destination = store_->scratch().make_directory();
    plan.upper = directory.upper;
    plan.layers = store_->lower_directories(image);
    plan.base = store_->base_of(image.layers.back().chain_id);
    plan.shift = choice().trial.must_shift ? container->spec.first_host_id.value_or(0) : 0;
    const std::filesystem::path draft = plan.destination;
    std::exception_ptr failure;
    try {
        std::function<void()> work = own_ids_->building(std::move(plan));
        co_await workers_->run(std::move(work));
        check(::rename(draft.c_str(), (directory.path / "root").c_str()), "rename to",
              directory.path.native());
    } catch (const Failure&) {
        failure = std::current_exception();
    }
    if (failure) {
        discard_({draft});
        try {
            std::rethrow_exception(failure);
        } catch (const Failure& reason) {
            throw reason.within("building the root of " + container->name());
        }
    }
    co_return find_whole(container);
}

async::Task<> Roots::write_down_changes(ContainerRef container)
{
    if (!find_whole(container))
        co_return;
    const store::ContainerDirectory directory = store_->container_directories().at(container->id());
    const std::filesystem::path draft = store_->scratch().make_directory();
    std::vector<std::filesystem::path> layers =
        store_->lower_directories(store_->images().at(container->row.image_id));
    std::exception_ptr failure;
    try {
        std::function<void()> work = own_ids_->comparison(directory.path, std::move(layers), draft / "upper");
        co_await workers_->run(std::move(work));
        check(::renameat2(AT_FDCWD, (draft / "upper").c_str(), AT_FDCWD, directory.upper.c_str(),
                          RENAME_EXCHANGE),
              "exchange", directory.upper.native());
    } catch (const Failure&) {
        failure = std::current_exception();
    }
    discard_({draft});
    if (!failure)
        co_return;
    try {
        std::rethrow_exception(failure);
    } catch (const Failure& reason) {
        throw reason.within("finding the changes of " + container->name());
    }
}

} // namespace slipway::engine
