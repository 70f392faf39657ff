// SPDX-License-Identifier: LGPL-2.1-or-later
// Outlet: straight through while the reader keeps up, by way of a buffer when
// it does not.
#include "monitor/outlet.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace slipway::monitor {

Outlet::Outlet(Loop& loop, Fd descriptor, std::function<void()> on_progress)
    : loop_{loop}, descriptor_{std::move(descriptor)}, on_progress_{std::move(on_progress)}
{
    if (descriptor_)
        ::fcntl(descriptor_.number(), F_SETFL, ::fcntl(descriptor_.number(), F_GETFL) | O_NONBLOCK);
}

void Outlet::write(std::string_view bytes)
{
    if (!is_open())
        return;
    if (is_empty())
        bytes.remove_prefix(pass_on(bytes));
    if (bytes.empty() || !is_open())
        return;
    // A regular file never makes one wait, so what comes here can be watched.
    if (is_empty())
        watch_ = Watch{loop_, descriptor_.number(), EPOLLOUT, [this](std::uint32_t) { flush(); }};
    waiting_.append(bytes);
}

// How much the reader took; a reader that has gone is dropped.
std::size_t Outlet::pass_on(std::string_view bytes)
{
    std::size_t passed = 0;
    while (passed < bytes.size()) {
        const ssize_t count = ::write(descriptor_.number(), bytes.data() + passed, bytes.size() - passed);
        if (count >= 0) {
            passed += static_cast<std::size_t>(count);
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            drop();
            break;
        }
    }
    return passed;
}

void Outlet::flush()
{
    const std::size_t passed = pass_on(std::string_view{waiting_}.substr(taken_));
    taken_ += is_open() ? passed : 0;
    if (is_open() && is_empty()) {
        watch_.reset();
        std::string{}.swap(waiting_);
        taken_ = 0;
        if (is_closing_)
            drop();
    } else if (taken_ > high_water) {
        waiting_.erase(0, taken_);
        taken_ = 0;
    }
    on_progress_();
}

void Outlet::close_when_empty()
{
    is_closing_ = true;
    if (is_empty())
        drop();
}

void Outlet::drop() noexcept
{
    watch_.reset();
    descriptor_.reset();
    std::string{}.swap(waiting_);
    taken_ = 0;
}

} // namespace slipway::monitor
