// SPDX-License-Identifier: LGPL-2.1-or-later
// Transfers: slipway-transfer fills a directory from an archive, or makes an archive again, as a process of
// its own; for a user's engine in a namespace of the user's IDs.
#pragma once

#include "async/event_loop.hpp"
#include "async/task_scope.hpp"
#include "base/digest.hpp"
#include "base/fd.hpp"
#include "base/json.hpp"
#include "engine/own_ids.hpp"
#include "kernel/spawn.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace slipway::engine {

struct UnpackRequest {
    std::shared_ptr<Fd> archive; // closed as soon as the process has it
    // Both outlive the task; the recipe may be -1.
    int directory = -1;
    int recipe = -1;
    // Of slipway-transfer's command "unpack" (docs/protocols.md), besides "--recipe".
    std::vector<std::string> words;
    std::function<void(std::uint64_t bytes)> progress; // bytes of the archive read so far
};

// What slipway-transfer found in the archive.
struct Unpacked {
    Digest diff_id;
    std::uint64_t size = 0; // bytes of the uncompressed tar
    // The layer hides the whole root of those below it.
    bool is_opaque = false;
};

struct AssembleRequest {
    // All outlive the task: a layer's directory and recipe, and where the archive goes.
    int directory = -1;
    int recipe = -1;
    int archive = -1;
    std::string compression = "none"; // or "gzip", "zstd"
    // The layer becomes this file, of so many bytes, of a tar whose other members somebody else writes.
    std::string member{};
    std::uint64_t member_size = 0;
    std::function<void(std::uint64_t bytes)> progress; // bytes of the tar made so far
};

struct CompareRequest {
    // Both outlive the task: a layer's directory and one made of the same archive, hollow.
    int directory = -1;
    int expected = -1;
    std::uint64_t made_since = 0;   // seconds since the epoch: the latter was made later
    std::vector<std::string> words; // "--overlay=user"
};

struct Compared {
    std::vector<std::string> differences; // the first of them
    std::uint64_t count = 0;              // of all
};

// What was sent.
struct Assembled {
    Digest digest;
    std::uint64_t size = 0; // bytes
};

struct ExtractRequest {
    std::shared_ptr<Fd> archive; // closed as soon as the process has it
    // Both outlive the task: an empty directory, and an empty file for the list (docs/protocols.md).
    int directory = -1;
    int list = -1;
    std::function<void(std::uint64_t bytes)> progress; // bytes of the archive read so far
};

struct EncloseRequest {
    // All outlive the task: a memory file with the texts, any directory, and where the archive goes.
    int texts = -1;
    int directory = -1;
    int archive = -1;
};

struct PackRequest {
    int directory = -1;               // outlives the task
    int space = -1;                   // the user namespace whose IDs count; -1: the engine's
    std::shared_ptr<Fd> archive;      // closed as soon as the process has it
    std::vector<std::string> words{}; // of slipway-transfer's command "pack"
    std::function<void(std::uint64_t bytes)> progress{}; // bytes of the tar made so far
};

struct LeftOut {
    std::vector<std::string> names; // some of them
    std::uint64_t count = 0;        // of all
};

// "left out: dev/log and 3 more"; empty where nothing was.
std::string left_out_text(const LeftOut& left_out);

struct Packed {
    Digest digest;
    std::uint64_t size = 0; // bytes
    LeftOut left_out;       // what no archive can have
};

struct CopyInRequest {
    int directory = -1;               // outlives the task
    int space = -1;                   // the user namespace whose IDs count; -1: the engine's
    std::shared_ptr<Fd> archive;      // closed as soon as the process has it
    std::vector<std::string> words{}; // of slipway-transfer's command "copy-in"
    std::function<void(std::uint64_t bytes)> progress{}; // bytes of the archive read so far
};

struct Copied {
    std::uint64_t size = 0; // bytes of the archive
    LeftOut left_out;       // devices
};

struct DiffRequest {
    std::vector<std::filesystem::path> directories; // the upper one, then the layers below it
    std::shared_ptr<Fd> output;                     // closed as soon as the process has it
};

class Transfers {
  public:
    // All outlive it; TASKS see to the ends of the processes. PROGRAMS: where slipway-transfer is.
    Transfers(async::EventLoop& loop, async::TaskScope& tasks, OwnIds& own_ids,
              std::filesystem::path programs)
        : loop_{&loop}, tasks_{&tasks}, own_ids_{&own_ids}, programs_{std::move(programs)}
    {
    }

    // A cancelled one ends its process.
    // Throws what the archive is refused for.
    async::Task<Unpacked> unpack(UnpackRequest request);
    // Throws Failure{damaged_layer} where directory and recipe do not make the archive again.
    async::Task<Assembled> assemble(AssembleRequest request);
    // The files of an archive, under numbers. Throws what the archive is refused for.
    async::Task<> extract(ExtractRequest request);
    // The last members of an archive, and its end.
    async::Task<> enclose(EncloseRequest request);
    async::Task<Packed> pack(PackRequest request);
    // An archive to a path in a directory that somebody has.
    async::Task<Copied> copy_in(CopyInRequest request);
    // What the first directory changes of the others goes to the output (docs/protocols.md).
    async::Task<> diff(DiffRequest request);
    // Whose attributes mark opaque directories here: a word for slipway-transfer.
    std::string overlay_word() const { return own_ids_->is_users() ? "--overlay=user" : "--overlay=trusted"; }

    // In all but the content of files.
    async::Task<Compared> compare(CompareRequest request);

  private:
    // SPACE: a user namespace, or -1 for the engine's own.
    Fd spawn(const std::vector<std::string>& words, std::vector<kernel::DescriptorMapping> descriptors,
             int space = -1);
    async::Task<Json> hear_out(Fd conversation, std::string last,
                               std::function<void(std::uint64_t)> progress);

    async::EventLoop* loop_;
    async::TaskScope* tasks_;
    OwnIds* own_ids_;
    std::filesystem::path programs_;
};

} // namespace slipway::engine
