// SPDX-License-Identifier: LGPL-2.1-or-later
// TarWriter: entries into a tar in pax format.
#pragma once

#include "transfer/entry.hpp"

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

struct archive;

namespace slipway::transfer {

// A part of a file that is not a hole.
struct Extent {
    std::uint64_t offset;
    std::uint64_t size;
};

class TarWriter {
  public:
    // OUT may throw. The process' locale must be one of UTF-8.
    explicit TarWriter(std::function<void(std::string_view)> out);
    TarWriter(const TarWriter&) = delete;
    TarWriter& operator=(const TarWriter&) = delete;
    TarWriter(TarWriter&&) = delete;
    TarWriter& operator=(TarWriter&&) = delete;
    ~TarWriter() = default;

    // EXTENTS of a file that has holes, in order; without any it has none. Throw Failure, and what OUT
    // throws.
    void begin(const Entry& entry, const std::vector<Extent>& extents = {});
    // The next bytes of its content, holes as zeros.
    void data(std::string_view bytes);
    void finish();

  private:
    struct Free {
        void operator()(archive* writer) const noexcept;
    };
    static long put(archive* writer, void* self, const void* buffer, std::size_t size);
    void check_result(long result);

    std::function<void(std::string_view)> out_;
    std::exception_ptr out_failure_;
    std::unique_ptr<archive, Free> writer_;
};

} // namespace slipway::transfer
