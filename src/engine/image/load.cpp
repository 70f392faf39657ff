// SPDX-License-Identifier: LGPL-2.1-or-later
// An archive says last what its first files are, so that they go to the disk first, under tmp/: from a pipe
// they come only once. Then its manifests are read, and each layer that is not here is unpacked from its file
// as in a pull. No image is added before all layers of all images are there.
#include "engine/image/load.hpp"

#include "async/together.hpp"
#include "async/unless.hpp"
#include "base/file.hpp"
#include "engine/image/gallery.hpp"
#include "hashing/sha256.hpp"
#include "oci/manifest.hpp"

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>

namespace slipway::engine {

namespace {

constexpr std::size_t unpacked_at_once = 2;
constexpr const char* list_name = "list";
constexpr const char* files_name = "files";
constexpr std::size_t list_limit = 64U << 20U;

// Whatever the process has made there that read what somebody else made.
Fd open_member(const std::filesystem::path& path)
{
    Fd file{check(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), "open",
                  path.native())};
    struct stat status {};
    check(::fstat(file.number(), &status), "look at", path.native());
    if (!S_ISREG(status.st_mode))
        throw Failure{ErrorCode::internal, path.native() + " is no file"};
    return file;
}

// Docker's archives have no manifest: what the layers are once they are unpacked.
std::string made_manifest(const PlannedImage& image, const std::vector<store::LayerRow>& layers)
{
    oci::Manifest manifest{std::string{oci::manifest_media_type},
                           {std::string{oci::image_config_media_type}, image.id, image.config.size()},
                           {},
                           {}};
    for (const store::LayerRow& layer : layers)
        manifest.layers.push_back({std::string{oci::layer_media_type}, layer.diff_id, layer.size});
    return oci::to_json(manifest);
}

} // namespace

Load::Load(Workshop& workshop, JobRef job, LoadRequest request)
    : workshop_{&workshop}, job_{std::move(job)}, request_{std::move(request)},
      directory_{workshop.store->scratch().make_directory()}
{
}

Load::~Load()
{
    workshop_->discard({directory_});
}

void Load::tell(const Layer& layer, std::uint64_t done, std::string phase)
{
    workshop_->jobs->progress(job_, layer.planned.diff_id.text(), done, layer.planned.file.size,
                              std::move(phase));
}

std::filesystem::path Load::file(const ArchivedFile& file) const
{
    return directory_ / files_name / std::to_string(file.number);
}

async::Task<> Load::extract(Fd archive)
{
    const std::filesystem::path files = directory_ / files_name;
    const std::filesystem::path list_path = directory_ / list_name;
    check(::mkdir(files.c_str(), 0700), "make the directory", files.native());
    const Fd directory{check(::open(files.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), "open",
                             files.native())};
    const Fd list{check(::open(list_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600),
                        "create", list_path.native())};
    ExtractRequest request;
    request.archive = std::make_shared<Fd>(std::move(archive));
    request.directory = directory.number();
    request.list = list.number();
    request.progress = [this](std::uint64_t bytes) { workshop_->jobs->progress(job_, bytes, 0, "reading"); };
    async::Task<> extracting = workshop_->transfers.extract(std::move(request));
    co_await extracting;
}

// On a worker: an archive may have many texts.
async::Task<> Load::plan()
{
    // The work goes on where the wait for it is given up, so it has all of its own.
    const auto planned = std::make_shared<std::vector<PlannedImage>>();
    std::function<void()> planning = [planned, directory = directory_, platform = request_.platform] {
        const ArchiveListing listing{read_file(directory / list_name, list_limit)};
        const ReadText read = [&directory](const ArchivedFile& file) {
            const std::filesystem::path path = directory / files_name / std::to_string(file.number);
            return read_all(open_member(path).number(), path.native(), oci::manifest_limit);
        };
        *planned = plan_load(listing, read, platform);
    };
    co_await workshop_->workers->run(std::move(planning));
    images_ = std::move(*planned);
}

async::Task<> Load::unpack(Layer* layer)
{
    async::Task<async::Turnstile::Turn> taking = layer->claim.turnstile().take();
    const async::Turnstile::Turn turn = co_await taking;
    if (const std::optional<std::uint64_t> size = workshop_->size_of(layer->chain_id)) {
        layer->size = *size;
        tell(*layer, layer->planned.file.size, "exists");
        co_return;
    }
    Draft draft{*workshop_};
    UnpackRequest request;
    request.archive = std::make_shared<Fd>(open_member(file(layer->planned.file)));
    request.directory = draft.layer().directory().number();
    request.recipe = draft.layer().recipe().number();
    request.words = {"--layer", "--diff-id=" + layer->planned.diff_id.text()};
    if (workshop_->own_ids->is_users())
        request.words.emplace_back("--overlay=user");
    request.progress = [this, layer](std::uint64_t bytes) { tell(*layer, bytes, "unpacking"); };
    async::Task<Unpacked> unpacking = workshop_->transfers.unpack(std::move(request));
    const Unpacked unpacked = co_await unpacking;
    draft.keep(layer->chain_id, unpacked);
    layer->size = unpacked.size;
    tell(*layer, layer->planned.file.size, "done");
}

async::Task<> Load::add(PlannedImage image)
{
    if (workshop_->store->images().find(image.id.text())) {
        for (const std::string& name : image.names)
            workshop_->set_name(name, image.id);
        co_return;
    }
    std::vector<Digest> diff_ids;
    diff_ids.reserve(image.layers.size());
    for (const PlannedLayer& layer : image.layers)
        diff_ids.push_back(layer.diff_id);
    store::ImageRow row{image.id, image.id, 0, now(), image.names, {}};
    std::sort(row.names.begin(), row.names.end());
    for (const Digest& chain_id : store::chain_ids(diff_ids)) {
        const auto layer = std::find_if(layers_.begin(), layers_.end(), [&chain_id](const Layer& known) {
            return known.chain_id == chain_id;
        });
        row.layers.push_back({chain_id, layer->planned.diff_id, layer->size});
        row.size += layer->size;
    }
    if (image.manifest.empty())
        image.manifest = made_manifest(image, row.layers);
    row.manifest = hashing::digest_of(image.manifest);
    async::Task<> adding = workshop_->add(std::move(row), std::move(image.config), std::move(image.manifest));
    co_await adding;
}

async::Task<> Load::run(Fd archive)
{
    async::Task<> extracting = extract(std::move(archive));
    co_await extracting;
    async::Task<> planning = plan();
    co_await planning;
    workshop_->jobs->progress(job_, 0, 0, "unpacking");
    for (const PlannedImage& image : images_) {
        std::vector<Digest> diff_ids;
        diff_ids.reserve(image.layers.size());
        for (const PlannedLayer& layer : image.layers)
            diff_ids.push_back(layer.diff_id);
        const std::vector<Digest> chain = store::chain_ids(diff_ids);
        for (std::size_t i = 0; i < chain.size(); ++i)
            if (std::none_of(layers_.begin(), layers_.end(),
                             [&chain, i](const Layer& known) { return known.chain_id == chain[i]; }))
                layers_.push_back({image.layers[i], chain[i], LayerClaim{*workshop_, chain[i]}});
    }
    std::vector<async::Task<>> unpacking;
    unpacking.reserve(layers_.size());
    for (Layer& layer : layers_) {
        tell(layer, 0, "waiting");
        unpacking.push_back(unpack(&layer));
    }
    async::Task<> all = async::together(std::move(unpacking), unpacked_at_once);
    co_await all;

    // From here on they are there, whoever changes their mind.
    job_->on_cancel = nullptr;
    workshop_->jobs->progress(job_, job_->done, job_->total, "storing");
    for (const PlannedImage& image : images_) {
        async::Task<> adding = add(image);
        co_await adding;
        for (const std::string& name : image.names)
            job_->results.push_back({image.id.hex(), name});
        if (image.names.empty())
            job_->results.push_back({image.id.hex(), {}});
    }
}

void Load::clean()
{
    std::vector<Digest> layers;
    layers.reserve(layers_.size());
    for (const Layer& layer : layers_)
        layers.push_back(layer.chain_id);
    layers_.clear();
    for (const Digest& layer : layers) {
        try {
            workshop_->drop_spare(layer);
        } catch (const Failure&) { // NOLINT: what made the load fail counts; the next start sweeps
        }
    }
}

JobRef Gallery::load(Fd archive, LoadRequest request)
{
    auto shared = std::make_shared<Fd>(std::move(archive));
    return workshop_.jobs->start("load-images",
                                 [this, shared, request](JobRef job) -> async::Task<std::string> {
                                     return run_load(&workshop_, std::move(job), shared, request);
                                 });
}

async::Task<std::string> Gallery::run_load(Workshop* workshop, JobRef job, std::shared_ptr<Fd> archive,
                                           LoadRequest request)
{
    Load load{*workshop, job, std::move(request)};
    try {
        async::Task<> running = load.run(std::move(*archive));
        co_await async::unless(job->on_cancel, std::move(running));
    } catch (const Failure&) {
        load.clean();
        throw;
    }
    co_return job->results.front().id;
}

} // namespace slipway::engine
