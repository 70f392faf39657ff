// SPDX-License-Identifier: LGPL-2.1-or-later
// Commit: one transfer packs the container's changes, another unpacks them as those of a pull, through a pipe
// between both. The layer is then one like any other: it has its recipe, and its files were written by none
// but who unpacks.
#include "engine/image/commit.hpp"

#include "async/unless.hpp"
#include "base/signal_name.hpp"
#include "engine/image/gallery.hpp"
#include "hashing/sha256.hpp"
#include "oci/config_change.hpp"
#include "oci/reference.hpp"

#include <algorithm>
#include <fcntl.h>

namespace slipway::engine {

namespace {

constexpr std::string_view docker_layer = "application/vnd.docker.image.rootfs.diff.tar";

bool has_word(const std::vector<std::string>& words, const std::string& word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::size_t entrypoint_size(const ContainerSpec& spec, const std::vector<std::string>& image)
{
    if (spec.entrypoint_size)
        return *spec.entrypoint_size;
    const bool is_images = spec.arguments.size() >= image.size() &&
                           std::equal(image.begin(), image.end(), spec.arguments.begin());
    return is_images ? image.size() : 0;
}

std::string joined_words(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
        text.append(text.empty() ? "" : " ").append(word);
    return text;
}

// One kind of manifest has one kind of layers.
std::string oci_type_of(const std::string& type)
{
    if (!type.starts_with(docker_layer))
        return type;
    return std::string{oci::layer_media_type} + (type.ends_with("gzip") ? "+gzip" : "");
}

} // namespace

oci::ImageConfig committed_config(oci::ImageConfig parent, const ContainerSpec& spec)
{
    oci::ImageConfig config = parent;
    const auto command =
        spec.arguments.begin() + static_cast<std::ptrdiff_t>(entrypoint_size(spec, parent.entrypoint));
    config.entrypoint.assign(spec.arguments.begin(), command);
    config.cmd.assign(command, spec.arguments.end());
    config.env = spec.environment;
    // What every container gets is no part of an image.
    for (const std::string& ours :
         {std::string{default_path}, std::string{default_term}, "HOSTNAME=" + spec.hostname})
        if (!has_word(parent.env, ours))
            std::erase(config.env, ours);
    config.user = spec.user;
    if (spec.working_directory != "/" || !parent.working_dir.empty())
        config.working_dir = spec.working_directory;
    config.labels = spec.labels;
    const int before = parent.stop_signal.empty() ? SIGTERM : parse_signal(parent.stop_signal).value();
    if (spec.stop_signal != before)
        config.stop_signal = signal_name(spec.stop_signal);
    for (const Mount& mount : spec.mounts)
        if (mount.is_anonymous)
            config.volumes.insert(mount.target);
    config.on_build.clear(); // was meant for images that are built on the parent
    return config;
}

oci::Manifest committed_manifest(const oci::Manifest& manifest, const store::ImageRow& parent,
                                 const oci::Descriptor& layer)
{
    // Registries know the parent's layers by the digests that they came with.
    oci::Manifest committed = manifest;
    committed.media_type = oci::manifest_media_type;
    committed.annotations.clear();
    if (manifest.layers.size() != parent.layers.size()) {
        committed.layers.clear();
        for (const store::LayerRow& row : parent.layers)
            committed.layers.push_back({std::string{oci::layer_media_type}, row.diff_id, row.size});
    }
    for (oci::Descriptor& each : committed.layers)
        each.media_type = oci_type_of(each.media_type);
    committed.layers.push_back(layer);
    return committed;
}

Commit::Commit(Workshop& workshop, Lifecycle& lifecycle, JobRef job, ContainerRef container,
               CommitRequest request)
    : workshop_{&workshop}, lifecycle_{&lifecycle}, job_{std::move(job)},
      container_{std::move(container)}, request_{std::move(request)}, draft_{workshop}
{
}

async::Task<> Commit::make_layer()
{
    const std::filesystem::path upper = lifecycle_->directories(container_).front();
    const Fd directory{check(::open(upper.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), "open",
                             upper.native())};
    FdPair pipe = make_pipe();
    const std::string overlay = workshop_->transfers.overlay_word();
    PackRequest pack{
        directory.number(), -1, std::make_shared<Fd>(std::move(pipe.second)), {"changes", overlay}, {}};
    pack.progress = [this](std::uint64_t bytes) { workshop_->jobs->progress(job_, bytes, 0, "packing"); };
    UnpackRequest unpack;
    unpack.archive = std::make_shared<Fd>(std::move(pipe.first));
    unpack.directory = draft_.layer().directory().number();
    unpack.recipe = draft_.layer().recipe().number();
    unpack.words = {"--layer", overlay};
    async::Task<Packed> packing = workshop_->transfers.pack(std::move(pack));
    packing.start();
    async::Task<Unpacked> unpacking = workshop_->transfers.unpack(std::move(unpack));
    std::optional<Failure> failure;
    try {
        layer_ = co_await unpacking;
    } catch (const Failure& failed) {
        failure = failed;
    }
    // Half an archive is only what came of the packer's own failure.
    const bool is_consequence = failure && (failure->code() == ErrorCode::truncated_archive ||
                                            failure->code() == ErrorCode::unreadable_archive);
    if (failure && !is_consequence)
        throw *failure; // NOLINT: a copy is meant
    packed_ = co_await packing;
    if (failure)
        throw *failure; // NOLINT: a copy is meant
    if (packed_->digest != layer_->diff_id)
        throw Failure{ErrorCode::internal, "the layer was unpacked as another than it was packed"};
}

// Paused before its changes are looked for, and for no longer than they are read; whatever happens, it goes
// on.
async::Task<> Commit::read_files()
{
    const bool is_paused = request_.pausing == Pausing::yes && container_->state == State::running;
    if (is_paused) {
        async::Task<> pausing = lifecycle_->pause_for_a_moment(container_);
        co_await pausing;
    }
    std::exception_ptr failure;
    try {
        async::Task<ViewHold> holding = lifecycle_->hold(container_);
        const ViewHold hold = co_await holding;
        async::Task<> making = make_layer();
        co_await async::unless(job_->on_cancel, std::move(making));
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
    if (is_paused) {
        async::Task<> going_on = lifecycle_->go_on(container_);
        co_await going_on;
    }
    if (failure)
        std::rethrow_exception(failure);
    lifecycle_->check_there(container_);
}

async::Task<std::string> Commit::add_image()
{
    const store::ImageRow parent = workshop_->store->images().at(container_->row.image_id);
    const oci::Manifest manifest =
        oci::parse_manifest(workshop_->store->blobs().read(parent.manifest)).value();
    oci::ImageConfig config = committed_config(
        oci::parse_image_config(workshop_->store->blobs().read(parent.id)).value(), container_->spec);
    config.created = oci::rfc3339(now());
    config.author = request_.author;
    // A step for each layer: some images tell of fewer.
    const auto with_layer = [](const oci::HistoryEntry& step) { return !step.empty_layer; };
    while (static_cast<std::size_t>(std::count_if(config.history.begin(), config.history.end(), with_layer)) <
           config.diff_ids.size())
        config.history.emplace_back();
    config.history.push_back(
        {config.created, joined_words(config.cmd), request_.author, request_.comment, false});
    for (const std::string& change : request_.changes)
        oci::apply_change(config, change);
    config.diff_ids.push_back(layer_->diff_id);

    std::vector<LayerClaim> claims;
    claims.reserve(parent.layers.size() + 1);
    for (const store::LayerRow& layer : parent.layers)
        claims.emplace_back(*workshop_, layer.chain_id);
    const Digest chain_id = store::chain_ids(config.diff_ids).back();
    claims.emplace_back(*workshop_, chain_id);
    draft_.keep(chain_id, *layer_);
    const std::string config_text = oci::to_json(config);
    oci::Manifest committed = committed_manifest(
        manifest, parent, {std::string{oci::layer_media_type}, layer_->diff_id, layer_->size});
    committed.config = {std::string{oci::image_config_media_type}, hashing::digest_of(config_text),
                        config_text.size()};
    const std::string manifest_text = oci::to_json(committed);
    store::ImageRow row{committed.config.digest,
                        hashing::digest_of(manifest_text),
                        parent.size + layer_->size,
                        now(),
                        {},
                        parent.layers};
    if (!request_.name.empty())
        row.names.push_back(request_.name);
    row.layers.push_back({chain_id, layer_->diff_id, layer_->size});
    const std::string id = row.id.hex();
    co_await workshop_->add(std::move(row), config_text, manifest_text);
    co_return id;
}

async::Task<std::string> Commit::run()
{
    async::Task<> reading = read_files();
    co_await reading;
    workshop_->jobs->progress(job_, job_->done, 0, "storing");
    async::Task<std::string> adding = add_image();
    const std::string id = co_await adding;
    if (const std::string text = left_out_text(packed_->left_out); !text.empty())
        workshop_->jobs->progress(job_, packed_->size, packed_->size, text);
    co_return id;
}

JobRef Gallery::commit(Lifecycle& lifecycle, ContainerRef container, CommitRequest request)
{
    if (!request.name.empty()) {
        const oci::Reference reference = oci::parse_reference(request.name).value();
        if (reference.digest)
            throw Failure{ErrorCode::invalid_reference,
                          request.name +
                              ": a digest says what an image is and cannot be given to one; take a tag"};
        request.name = reference.familiar();
    }
    oci::ImageConfig probe;
    for (const std::string& change : request.changes)
        oci::apply_change(probe, change);
    // Not text, for one.
    probe.author = request.author + request.comment;
    oci::parse_image_config(oci::to_json(probe)).value();
    return workshop_.jobs->start(
        "commit-container", [this, &lifecycle, container, request](JobRef job) -> async::Task<std::string> {
            return run_commit(&workshop_, &lifecycle, std::move(job), container, request);
        });
}

async::Task<std::string> Gallery::run_commit(Workshop* workshop, Lifecycle* lifecycle, JobRef job,
                                             ContainerRef container, CommitRequest request)
{
    Commit commit{*workshop, *lifecycle, std::move(job), std::move(container), std::move(request)};
    async::Task<std::string> running = commit.run();
    co_return co_await running;
}

} // namespace slipway::engine
