// SPDX-License-Identifier: LGPL-2.1-or-later
// Push: layers, configuration, manifest: a registry takes a manifest only when it has all that it names.
//
// The archives that a pull brought are not kept. Where the registry has one of them, or may take it over from
// another repository of its own, it is named again, so that an image that was pulled and is pushed keeps its
// manifest. Others are made anew from the layer's recipe, compressed by gzip, into a file under tmp/, since a
// broken upload is gone on with. The same layer gives the same bytes each time.
#include "engine/image/push.hpp"

#include "async/together.hpp"
#include "async/unless.hpp"
#include "base/file.hpp"
#include "engine/image/connect.hpp"
#include "engine/image/gallery.hpp"
#include "engine/image/index_push.hpp"
#include "engine/image/meaning.hpp"
#include "oci/image_config.hpp"
#include "oci/image_index.hpp"

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::engine {

namespace {

constexpr std::size_t pushed_at_once = 2;
constexpr const char* gzip_layer = "application/vnd.oci.image.layer.v1.tar+gzip";

// A file under tmp/ that has no name any more, so that nothing is left of it.
Fd make_nameless_file(const store::Scratch& scratch)
{
    const std::filesystem::path path = scratch.new_name();
    Fd file{check(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600), "create",
                  path.native())};
    check(::unlink(path.c_str()), "unlink", path.native());
    return file;
}

Fd copy_of(const Fd& file)
{
    return Fd{check(::fcntl(file.number(), F_DUPFD_CLOEXEC, 3), "use a file")};
}

// The index that a name of the image means; an ID means the image alone.
std::optional<Digest> index_of(store::Store& store, const store::ImageRow& image, const std::string& text)
{
    std::vector<std::string> names;
    if (const Result<oci::Reference> plain = oci::parse_reference(text))
        names.push_back(plain.value().familiar());
    try {
        names.push_back(meaning_of(text).familiar());
    } catch (const Failure&) { // NOLINT: an ID, or one of several
    }
    for (const std::string& name : names)
        if (std::find(image.names.begin(), image.names.end(), name) != image.names.end())
            return store.indexes().find(name);
    return std::nullopt;
}

} // namespace

Push::Push(Workshop& workshop, JobRef job, store::ImageRow image, oci::Reference destination,
           std::vector<oci::AuthFile> auths, std::optional<Digest> index)
    : workshop_{&workshop}, job_{std::move(job)}, image_{std::move(image)},
      destination_{std::move(destination)}, auths_{std::move(auths)}, index_{std::move(index)}
{
    // Repositories of the same registry that the image is known to be in.
    for (const std::string& name : image_.names)
        if (const Result<oci::Reference> known = oci::parse_reference(name))
            if (known.value().domain == destination_.domain && known.value().path != destination_.path)
                mount_from_.push_back(known.value().path);
}

void Push::tell(const Layer& layer, std::uint64_t done, std::string phase)
{
    workshop_->jobs->progress(job_, layer.row.diff_id.text(), done, layer.blob.size, std::move(phase));
}

async::Task<> Push::send_layer(Layer* layer)
{
    tell(*layer, 0, "asking");
    // The archive that the layer came as.
    async::Task<bool> finding = agent_->find_blob(layer->blob.digest, mount_from_);
    const bool is_there = co_await finding;
    if (is_there) {
        tell(*layer, layer->blob.size, "exists");
        co_return;
    }
    const Fd archive = make_nameless_file(workshop_->store->scratch());
    const store::LayerParts parts = workshop_->store->layers().open(layer->row.chain_id);
    AssembleRequest request;
    request.directory = parts.directory.number();
    request.recipe = parts.recipe.number();
    request.archive = archive.number();
    request.compression = "gzip";
    layer->blob.size = layer->row.size;
    request.progress = [this, layer](std::uint64_t bytes) { tell(*layer, bytes, "compressing"); };
    async::Task<Assembled> assembling = workshop_->transfers.assemble(std::move(request));
    const Assembled assembled = co_await assembling;
    layer->blob = {gzip_layer, assembled.digest, assembled.size};
    check(::lseek(archive.number(), 0, SEEK_SET), "read an archive again");
    registry::Agent::Progress progress = [this, layer](std::uint64_t bytes) {
        tell(*layer, bytes, "uploading");
    };
    async::Task<registry::PushedBlob> sending = agent_->push_blob(
        copy_of(archive), assembled.digest, assembled.size, mount_from_, std::move(progress));
    const registry::PushedBlob sent = co_await sending;
    tell(*layer, assembled.size, sent.arrival == registry::Arrival::uploaded ? "done" : "exists");
}

async::Task<> Push::send_text(oci::Descriptor descriptor, std::string text)
{
    Fd file = make_memory_file("blob", text);
    async::Task<registry::PushedBlob> sending =
        agent_->push_blob(std::move(file), descriptor.digest, descriptor.size, mount_from_, {});
    static_cast<void>(co_await sending);
}

async::Task<Digest> Push::run()
{
    const std::string before = workshop_->store->blobs().read(image_.manifest);
    oci::Manifest manifest = oci::parse_manifest(before).value();
    const std::string config = workshop_->store->blobs().read(image_.id);
    if (manifest.layers.size() != image_.layers.size())
        throw Failure{ErrorCode::internal, "the image's manifest has other layers than the store"};
    for (std::size_t i = 0; i < image_.layers.size(); ++i) {
        const store::LayerRow& row = image_.layers[i];
        layers_.push_back({row, LayerClaim{*workshop_, row.chain_id}, manifest.layers[i]});
    }
    workshop_->jobs->progress(job_, 0, 0, "asking " + destination_.domain);
    async::Task<std::unique_ptr<registry::Agent>> connecting = connect(workshop_, destination_, auths_);
    agent_ = co_await connecting;
    if (index_) {
        IndexPush whole{*workshop_, job_, *agent_, *index_, mount_from_};
        async::Task<Digest> pushing = whole.run(destination_.tag);
        Digest there = co_await pushing;
        workshop_->jobs->progress(job_, job_->done, job_->total, there.text());
        co_return there;
    }

    std::vector<async::Task<>> sending;
    for (Layer& layer : layers_)
        sending.push_back(send_layer(&layer));
    async::Task<> all = async::together(std::move(sending), pushed_at_once);
    co_await all;
    async::Task<> sending_config = send_text(manifest.config, config);
    co_await sending_config;

    std::vector<oci::Descriptor> blobs;
    for (const Layer& layer : layers_)
        blobs.push_back(layer.blob);
    std::string text = before;
    if (blobs != manifest.layers) {
        manifest.media_type = oci::manifest_media_type;
        manifest.config.media_type = oci::image_config_media_type;
        manifest.layers = std::move(blobs);
        // One kind of manifest has one kind of layers.
        for (oci::Descriptor& layer : manifest.layers)
            if (layer.media_type.starts_with("application/vnd.docker."))
                layer.media_type = gzip_layer;
        text = oci::to_json(manifest);
    }
    workshop_->jobs->progress(job_, job_->done, job_->total, "storing");
    std::string media_type =
        manifest.media_type.empty() ? std::string{oci::manifest_media_type} : manifest.media_type;
    async::Task<Digest> putting =
        agent_->put_manifest(destination_.tag, std::move(media_type), std::move(text));
    Digest digest = co_await putting;
    workshop_->jobs->progress(job_, job_->done, job_->total, digest.text());
    co_return digest;
}

JobRef Gallery::push(PushRequest request)
{
    const store::ImageRow image = image_at(*workshop_.store, request.image);
    oci::Reference destination =
        meaning_of(request.destination.empty() ? request.image : request.destination);
    if (request.destination.empty() &&
        std::find(image.names.begin(), image.names.end(), destination.familiar()) == image.names.end())
        throw Failure{ErrorCode::invalid_argument,
                      request.image + " is no name of the image: say what it is to be called there"};
    if (destination.digest)
        throw Failure{ErrorCode::invalid_reference,
                      request.destination + ": what an image is pushed as has a tag, no digest"};
    const std::optional<Digest> index = index_of(*workshop_.store, image, request.image);
    return workshop_.jobs->start(
        "push-image",
        [this, image, destination, index, auths = request.auths](JobRef job) -> async::Task<std::string> {
            return run_push(&workshop_, std::move(job), image, destination, auths, index);
        });
}

async::Task<std::string> Gallery::run_push(Workshop* workshop, JobRef job, store::ImageRow image,
                                           oci::Reference destination, std::vector<oci::AuthFile> auths,
                                           std::optional<Digest> index)
{
    const std::string name = destination.familiar();
    const std::string id = image.id.hex();
    Push push{*workshop, job, std::move(image), std::move(destination), std::move(auths), std::move(index)};
    try {
        async::Task<Digest> running = push.run();
        static_cast<void>(co_await async::unless(job->on_cancel, std::move(running)));
    } catch (const Failure& failure) {
        throw failure.within(name);
    }
    co_return id;
}

} // namespace slipway::engine
