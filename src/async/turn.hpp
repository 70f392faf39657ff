// SPDX-License-Identifier: LGPL-2.1-or-later
// Turnstile: one change at a time, in the order of asking.
#pragma once

#include "async/signal.hpp"
#include "async/task.hpp"

#include <memory>
#include <utility>

namespace slipway::async {

// Shared with its turns, so that either may go first.
class Turnstile {
  public:
    // Held while it is one's turn; dropping it lets the next one in.
    class Turn {
      public:
        Turn(Turn&&) noexcept = default;
        Turn& operator=(Turn&&) = delete;
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        ~Turn()
        {
            if (state_) {
                state_->is_taken = false;
                state_->freed.notify();
            }
        }

      private:
        friend class Turnstile;
        struct State {
            bool is_taken = false;
            Signal freed;
        };
        explicit Turn(std::shared_ptr<State> state) noexcept : state_{std::move(state)} {}
        std::shared_ptr<State> state_;
    };

    Task<Turn> take()
    {
        const std::shared_ptr<Turn::State> state = state_;
        while (state->is_taken)
            co_await state->freed.next();
        state->is_taken = true;
        co_return Turn{state};
    }
    bool is_taken() const noexcept { return state_->is_taken; }

  private:
    std::shared_ptr<Turn::State> state_ = std::make_shared<Turn::State>();
};

} // namespace slipway::async
