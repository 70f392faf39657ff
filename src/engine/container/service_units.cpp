// SPDX-License-Identifier: LGPL-2.1-or-later
// ServiceUnits: started, stopped, forgotten.
#include "engine/container/service_units.hpp"

#include "base/file.hpp"

#include <set>

namespace slipway::engine {

std::filesystem::path ServiceUnits::file_of(const Container& container) const
{
    return files_ / placement::service_name(container.name());
}

async::Task<> ServiceUnits::start(ContainerRef container)
{
    scopes_->check_services(container->name());
    const placement::ServiceRequest request = service_request(container->name(), container->spec, whose_);
    if (container->spec.restart.is_for_boots()) {
        std::filesystem::create_directories(files_);
        const std::string text = unit_text(request);
        const std::optional<std::string> before = find_file(file_of(*container));
        if (before != text) {
            replace_file(file_of(*container), text, Durability::disk);
            // Of a container of that name before this one.
            async::Task<bool> asking = scopes_->has_unit_of_generator(request.unit);
            if (co_await asking) {
                async::Task<> reading = scopes_->read_units_anew();
                co_await reading;
            }
        }
    }
    using Filed = placement::Placement::Filed;
    async::Task<> starting =
        scopes_->start_service(request, container->spec.restart.is_for_boots() ? Filed::yes : Filed::no);
    co_await starting;
}

async::Task<> ServiceUnits::stop(std::string unit)
{
    return scopes_->stop_unit(std::move(unit));
}

void ServiceUnits::forget_boot(const Container& container) const
{
    std::error_code ignored;
    if (container.spec.restart.when == RestartWhen::unless_stopped)
        std::filesystem::remove(file_of(container), ignored);
}

async::Task<> ServiceUnits::forget(ContainerRef container)
{
    const std::string unit = placement::service_name(container->name());
    async::Task<> stopping = scopes_->stop_unit(unit);
    co_await stopping;
    async::Task<> resetting = scopes_->reset_failed(unit);
    co_await resetting;
    // While the file is there: without it systemd says that there is none, and goes on having it.
    async::Task<bool> asking = scopes_->has_unit_of_generator(unit);
    const bool is_known = co_await asking;
    std::error_code ignored;
    std::filesystem::remove(file_of(*container), ignored);
    if (!is_known)
        co_return;
    async::Task<> reading = scopes_->read_units_anew();
    co_await reading;
}

async::Task<bool> ServiceUnits::is_kept(ContainerRef container) const
{
    const std::string state = co_await scopes_->active_state(keeper_of(*container));
    // A service of somebody's may be active for another reason.
    co_return state == "activating" ||
        (container->spec.restart.is_any() && (state == "active" || state == "reloading"));
}

async::Task<ServiceUnits::Prospect> ServiceUnits::prospect_of(std::string unit) const
{
    const std::string state = co_await scopes_->active_state(std::move(unit));
    // While it is active, `slipway supervise` has not ended yet; "activating" is auto-restart too.
    co_return state == "activating"            ? Prospect::restart
    : state == "inactive" || state == "failed" ? Prospect::none
                                               : Prospect::open;
}

void ServiceUnits::settle(const std::vector<ContainerRef>& containers) const
{
    std::set<std::filesystem::path> expected;
    for (const ContainerRef& container : containers)
        if (container->spec.restart.is_for_boots())
            expected.insert(file_of(*container));
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{files_, error})
        if (entry.path().extension() == ".service" && !expected.contains(entry.path()))
            std::filesystem::remove(entry.path(), error);
}

} // namespace slipway::engine
