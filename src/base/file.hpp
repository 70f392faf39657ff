// SPDX-License-Identifier: LGPL-2.1-or-later
// Whole files: read at once, written so that a reader sees the old content or the new, never a part.
#pragma once

#include "base/fd.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace slipway {

enum class Durability {
    // Survives the death of the writer.
    page_cache,
    // Survives the loss of power as well: fsync(2) of the file and of its directory.
    disk,
};

// Throws Failure{io_error}; LIMIT guards against endless files (bytes).
std::string read_file(const std::filesystem::path& path, std::size_t limit = 64U << 20U);
// Nothing where there is no such file.
std::optional<std::string> find_file(const std::filesystem::path& path, std::size_t limit = 64U << 20U);
// All that is left to read from FD.
std::string read_all(int fd, std::string_view name, std::size_t limit = 64U << 20U);

// Writes beside PATH and renames over it. Throws Failure{io_error, no_space}.
void replace_file(const std::filesystem::path& path, std::string_view content, Durability durability,
                  unsigned mode = 0600);

// Removes PATH and what is in it, though others remove files of it at the same time: std::filesystem gives up
// at the first that is gone already. Tells of what stays (errno).
std::error_code remove_tree(const std::filesystem::path& path) noexcept;

// write(2) until all of CONTENT is out.
void write_all(int fd, std::string_view content, std::string_view name);

// A sealed memory file (memfd_create(2)) with this content, its position at 0.
Fd make_memory_file(std::string_view name, std::string_view content);

} // namespace slipway
