// SPDX-License-Identifier: LGPL-2.1-or-later
// Result<T>: a value or the reason why there is none, for parsers, where failure is an ordinary answer.
#pragma once

#include "base/failure.hpp"

#include <utility>
#include <variant>

namespace slipway {

template <typename T>
class [[nodiscard]] Result {
  public:
    Result(T value) : content_{std::in_place_index<0>, std::move(value)} {} // NOLINT: meant to convert
    Result(Failure failure)
        : content_{std::in_place_index<1>, std::move(failure)} {} // NOLINT: meant to convert

    bool has_value() const noexcept { return content_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    // Throws the failure if there is no value.
    const T& value() const&
    {
        throw_if_failed();
        return std::get<0>(content_);
    }
    T&& value() &&
    {
        throw_if_failed();
        return std::get<0>(std::move(content_));
    }

    // Only where has_value() is false.
    const Failure& failure() const { return std::get<1>(content_); }

  private:
    void throw_if_failed() const
    {
        if (const auto* failure = std::get_if<1>(&content_))
            throw *failure;
    }

    std::variant<T, Failure> content_;
};

} // namespace slipway
