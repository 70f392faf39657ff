// SPDX-License-Identifier: LGPL-2.1-or-later
// Import: a tar archive of a root file system becomes an image of one layer. The unpacking is a process of
// its own.
#include "async/readiness.hpp"
#include "base/json.hpp"
#include "base/packet.hpp"
#include "engine/image/gallery.hpp"
#include "kernel/spawn.hpp"
#include "oci/config_change.hpp"
#include "oci/manifest.hpp"
#include "oci/reference.hpp"
#include "store/remove_tree.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <sys/wait.h>

namespace slipway::engine {

namespace {

// What slipway-transfer found in the archive.
struct Unpacked {
    Digest diff_id;
    std::uint64_t size;
};

std::string machine()
{
    utsname name{};
    ::uname(&name);
    return static_cast<const char*>(name.machine);
}

Failure failure_of(const Json& json)
{
    const auto code = find_error_code(json.at("error").at("name").get<std::string>());
    return Failure{code.value_or(ErrorCode::internal), json.at("error").at("message").get<std::string>()};
}

} // namespace

JobRef Gallery::import(Fd archive, const std::string& reference, std::vector<std::string> changes)
{
    const std::string name = oci::parse_reference(reference).value().familiar();
    oci::ImageConfig probe;
    for (const std::string& change : changes)
        oci::apply_change(probe, change);
    auto shared = std::make_shared<Fd>(std::move(archive));
    return jobs_->start("import-image", [this, shared, name, changes](JobRef job) {
        return do_import(std::move(job), shared, name, changes);
    });
}

async::Task<std::string> Gallery::do_import(JobRef job, std::shared_ptr<Fd> archive, std::string name,
                                            std::vector<std::string> changes)
{
    const store::LayerDraft draft = store_->layers().make_draft();
    std::exception_ptr failure;
    try {
        FdPair ends = make_packet_pair();
        const std::string program = (programs_ / "slipway-transfer").native();
        const std::vector<std::string> arguments{program, "unpack", "--recipe"};
        const std::vector<std::string> environment{"LANG=C.UTF-8"};
        const Fd nothing{check(::open("/dev/null", O_RDWR | O_CLOEXEC), "open /dev/null")};
        const std::vector<kernel::DescriptorMapping> descriptors{{archive->number(), 0},
                                                                 {nothing.number(), 1},
                                                                 {nothing.number(), 2},
                                                                 {draft.directory().number(), 3},
                                                                 {ends.second.number(), 4},
                                                                 {draft.recipe().number(), 5}};
        const kernel::Spawned transfer = kernel::spawn(program, arguments, environment, descriptors);
        ends.second.reset();
        archive->reset();
        bool is_cancelled = false;
        const int conversation = ends.first.number();
        // Closing our half makes the transfer give up and end.
        job->on_cancel = [conversation, &is_cancelled] {
            is_cancelled = true;
            ::shutdown(conversation, SHUT_RDWR);
        };

        std::optional<Unpacked> unpacked;
        std::optional<Failure> refused;
        for (;;) {
            co_await async::readable(*loop_, conversation);
            const std::optional<Packet> packet = receive_packet(conversation);
            if (!packet)
                break;
            const Json json = parse_json(packet->text);
            const std::string event = json.at("event").get<std::string>();
            if (event == "progress")
                jobs_->progress(job, json.at("read").get<std::uint64_t>(), 0, "unpacking");
            else if (event == "unpacked")
                unpacked = Unpacked{Digest::parse(json.at("diff_id").get<std::string>()).value(),
                                    json.at("size").get<std::uint64_t>()};
            else if (event == "failed")
                refused = failure_of(json);
        }
        co_await async::readable(*loop_, transfer.pidfd.number());
        ::waitpid(transfer.pid, nullptr, 0);
        job->on_cancel = nullptr;
        if (is_cancelled)
            throw Failure{ErrorCode::cancelled, "the import was cancelled"};
        if (refused)
            throw *refused; // NOLINT: a copy is meant
        if (!unpacked)
            throw Failure{ErrorCode::internal,
                          "slipway-transfer ended without a word (see journalctl -u slipwayd)"};

        jobs_->progress(job, job->done, 0, "storing");
        oci::ImageConfig config;
        config.architecture = oci::architecture_of(machine());
        config.os = "linux";
        config.created = oci::rfc3339(now());
        config.diff_ids = {unpacked->diff_id};
        oci::HistoryEntry entry;
        entry.created = config.created;
        entry.created_by = "slipway image import";
        config.history.push_back(std::move(entry));
        for (const std::string& change : changes)
            oci::apply_change(config, change);
        const std::string config_text = oci::to_json(config);

        std::optional<Digest> config_id;
        std::optional<Digest> manifest_id;
        const store::Blobs blobs = store_->blobs();
        std::function<void()> storing = [&] {
            draft.sync();
            config_id = blobs.put(config_text);
            oci::Descriptor config_descriptor{std::string{oci::image_config_media_type}, *config_id,
                                              config_text.size()};
            oci::Descriptor layer_descriptor{std::string{oci::layer_media_type}, unpacked->diff_id,
                                             unpacked->size};
            const oci::Manifest manifest{
                std::string{oci::manifest_media_type}, config_descriptor, {layer_descriptor}, {}};
            manifest_id = blobs.put(oci::to_json(manifest));
        };
        co_await workers_->run(std::move(storing));

        const Digest chain_id = store::chain_ids(config.diff_ids).front();
        store::ImageRow row{*config_id, *manifest_id, unpacked->size, now(), {name}, {}};
        row.layers.push_back({chain_id, unpacked->diff_id, unpacked->size});
        std::vector<store::NewLayer> drafts{{&draft, chain_id}};
        std::vector<store::Trash> trash = store_->add_image(row, drafts);
        tasks_->spawn(discard(std::move(trash)));
        const std::filesystem::path database = store_->database_file();
        std::function<void()> settling = [database] { store::checkpoint(database); };
        co_await workers_->run(std::move(settling));
        observer_->image_added(config_id->hex());
        co_return config_id->hex();
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
    std::vector<store::Trash> trash{draft.path()};
    tasks_->spawn(discard(std::move(trash)));
    std::rethrow_exception(failure);
}

} // namespace slipway::engine
