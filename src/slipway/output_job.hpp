// SPDX-License-Identifier: LGPL-2.1-or-later
// Archives that the engine writes: where they go, and the job that writes them.
#pragma once

#include "slipway/context.hpp"
#include "slipway/new_output.hpp"

#include <functional>
#include <optional>
#include <string>

namespace slipway::cli {

// Where an archive goes that the engine writes.
class OutputArchive {
  public:
    // FILE: empty for standard output, which must be no terminal. A file appears only when it is whole.
    // Throws Failure.
    explicit OutputArchive(const std::string& file);

    // For writing; once.
    Fd take() { return std::move(descriptor_); }
    // It is whole. Throws Failure.
    void keep();

  private:
    std::optional<NewFile> file_; // none: standard output
    Fd descriptor_;
};

// BEGIN returns the job's path; the job is watched, shown on a terminal, and what it left out is told on
// standard error. The path of what it made.
std::string run_output_job(Context& context, const std::function<async::Task<std::string>()>& begin);
// The same with OUTPUT's descriptor handed over; OUTPUT is kept if the job comes to its end.
void run_output_job(Context& context, OutputArchive& output,
                    const std::function<async::Task<std::string>(int archive)>& begin);

} // namespace slipway::cli
