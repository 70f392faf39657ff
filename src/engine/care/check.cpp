// SPDX-License-Identifier: LGPL-2.1-or-later
// StoreCheck: the database, blobs and layers, in this order; rows and directories are in check_rows.cpp.
#include "engine/care/check.hpp"

#include "async/together.hpp"
#include "async/unless.hpp"
#include "engine/care/caretaker.hpp"
#include "engine/care/layer_check.hpp"

#include <algorithm>

namespace slipway::engine {

namespace {

// Each takes two processes.
constexpr std::size_t layers_checked_at_once = 2;

std::string label_of(const store::ImageRow& image)
{
    return image.names.empty() ? image.id.text() : image.names.front();
}

std::string counted(std::size_t number, const char* what)
{
    return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

} // namespace

std::size_t StoreCheck::find(Fault fault, std::string place, std::string message,
                             std::vector<std::string> images)
{
    job_->findings.push_back({fault, std::move(place), std::move(message), std::move(images), {}, false});
    return job_->findings.size() - 1;
}

void StoreCheck::settle(std::size_t finding, std::string outcome)
{
    job_->findings[finding].outcome = std::move(outcome);
    job_->findings[finding].is_settled = true;
}

void StoreCheck::tell(std::string phase)
{
    workshop_->jobs->progress(job_, done_, total_, std::move(phase));
}

bool StoreCheck::has_container_without_image() const
{
    for (const ContainerRef& container : lifecycle_->catalog().all())
        if (!store_->images().find("sha256:" + container->row.image_id))
            return true;
    return false;
}

async::Task<std::vector<std::string>> StoreCheck::damage_of_database()
{
    const auto damage = std::make_shared<std::vector<std::string>>();
    std::function<void()> work = [file = store_->database_file(), damage] {
        try {
            *damage = store::find_damage(file);
        } catch (const Failure& failure) {
            damage->push_back(failure.message());
        }
    };
    co_await workers_->run(std::move(work));
    co_return std::move(*damage);
}

async::Task<> StoreCheck::check_database()
{
    tell("checking the database");
    async::Task<std::vector<std::string>> looking = damage_of_database();
    std::vector<std::string> damage = co_await looking;
    for (std::string& line : damage)
        find(Fault::damaged_database, store_->database_file().native(), std::move(line));
    if (request_.repairs && !job_->findings.empty())
        store_->images().drop_dangling();
}

// At the end: rows may have been put right by other repairs.
async::Task<> StoreCheck::settle_database()
{
    const auto is_open = [](const Finding& finding) {
        return finding.fault == Fault::damaged_database && !finding.is_settled;
    };
    if (std::none_of(job_->findings.begin(), job_->findings.end(), is_open))
        co_return;
    async::Task<std::vector<std::string>> looking = damage_of_database();
    const std::vector<std::string> damage = co_await looking;
    for (std::size_t i = 0; i < job_->findings.size(); ++i)
        if (is_open(job_->findings[i]) &&
            std::find(damage.begin(), damage.end(), job_->findings[i].message) == damage.end())
            settle(i, "these rows were put right or removed");
}

async::Task<> StoreCheck::check_blobs()
{
    tell("checking blobs");
    std::map<std::string, std::vector<std::size_t>> holders;
    for (std::size_t i = 0; i < images_.size(); ++i)
        for (const Digest& blob : {images_[i].row.id, images_[i].row.manifest})
            holders[blob.hex()].push_back(i);
    for (const Digest& index : store_->indexes().list())
        for (const Digest& blob : store_->indexes().blobs_of(index))
            holders[blob.hex()]; // nobody's, or an image's besides
    blobs_ = holders.size();
    for (const auto& [hex, indexes] : holders) {
        const Digest digest = Digest::of_hex(hex);
        const auto fault = std::make_shared<std::optional<std::string>>();
        std::function<void()> work = [blobs = store_->blobs(), digest, fault] {
            try {
                *fault = blobs.find_fault(digest);
            } catch (const Failure& failure) {
                *fault = failure.message();
            }
        };
        co_await workers_->run(std::move(work));
        if (!*fault)
            continue;
        std::vector<std::string> names;
        std::vector<Image*> hit;
        for (const std::size_t index : indexes)
            if (store_->images().find(images_[index].row.id.text())) { // it may have been removed meanwhile
                names.push_back(label_of(images_[index].row));
                hit.push_back(&images_[index]);
            }
        if (hit.empty() && !store_->indexes().needs(digest))
            continue;
        const std::size_t finding =
            find(Fault::damaged_blob, store_->blobs().path(digest).native(), **fault, std::move(names));
        for (Image* const image : hit)
            image->findings.push_back(finding);
        if (hit.empty() && request_.repairs)
            job_->findings[finding].outcome =
                "not repaired: it is of an index that is kept whole; pull that again with --all-platforms";
    }
}

// What layers there have to be: as the configurations say, which blobs vouch for; where one is damaged, as
// the rows say.
void StoreCheck::plan_layers()
{
    for (Image& image : images_) {
        try {
            image.config = oci::parse_image_config(store_->blobs().read(image.row.id)).value();
        } catch (const Failure&) { // found already
            image.layers = image.row.layers;
        }
        if (image.config) {
            const std::vector<Digest> chain = store::chain_ids(image.config->diff_ids);
            for (std::size_t i = 0; i < chain.size(); ++i)
                image.layers.push_back({chain[i], image.config->diff_ids[i], 0});
        }
        for (const store::LayerRow& layer : image.layers) {
            Layer& one =
                layers_.try_emplace(layer.chain_id.hex(), Layer{layer.diff_id, {}, {}}).first->second;
            if (one.images.empty() || one.images.back() != label_of(image.row))
                one.images.push_back(label_of(image.row));
            one.size = std::max(one.size, layer.size);
        }
        for (const store::LayerRow& layer : image.row.layers)
            if (const auto known = layers_.find(layer.chain_id.hex()); known != layers_.end())
                known->second.size = layer.size;
    }
    for (const auto& [chain_id, layer] : layers_)
        total_ += layer.size;
}

async::Task<> StoreCheck::check_layer(std::string chain_id, Layer* layer)
{
    std::uint64_t told = 0;
    const auto progress = [this, &told](std::uint64_t bytes) {
        done_ += bytes - std::min(bytes, told);
        told = std::max(told, bytes);
        tell("checking layers");
    };
    const Digest digest = Digest::of_hex(chain_id);
    LayerCheck check{*workshop_, digest, layer->diff_id, progress};
    async::Task<LayerVerdict> running = check.run();
    const LayerVerdict verdict = co_await running;
    if (!verdict.fault) {
        layer->size = verdict.size;
        co_return;
    }
    bool is_wanted = false;
    for (Image& image : images_)
        for (const store::LayerRow& row : image.layers)
            is_wanted = is_wanted ||
                        (row.chain_id == digest && store_->images().find(image.row.id.text()).has_value());
    if (is_wanted)
        layer->finding =
            find(Fault::damaged_layer, store_->layers().path(digest).native(), *verdict.fault, layer->images);
}

async::Task<> StoreCheck::check_layers()
{
    std::vector<async::Task<>> checking;
    checking.reserve(layers_.size());
    for (auto& [chain_id, layer] : layers_)
        checking.push_back(check_layer(chain_id, &layer));
    async::Task<> all = async::together(std::move(checking), layers_checked_at_once);
    co_await all;
    for (Image& image : images_)
        for (store::LayerRow& row : image.layers) {
            const Layer& layer = layers_.at(row.chain_id.hex());
            row.size = layer.size;
            if (layer.finding)
                image.findings.push_back(*layer.finding);
        }
}

async::Task<> StoreCheck::run()
{
    async::Task<> database = check_database();
    co_await database;
    for (store::ImageRow& row : store_->images().list())
        images_.push_back({std::move(row), {}, {}, {}});
    async::Task<> blobs = check_blobs();
    co_await blobs;
    plan_layers();
    async::Task<> layers = check_layers();
    co_await layers;
    if (request_.repairs) {
        async::Task<> repairing = repair_images();
        co_await repairing;
    }
    check_rows();
    async::Task<> containers = check_containers();
    co_await containers;
    check_volumes();
    check_strays();
    if (request_.repairs && !job_->findings.empty()) {
        async::Task<> again = settle_database();
        co_await again;
        std::function<void()> settling = [file = store_->database_file()] { store::checkpoint(file); };
        co_await workshop_->workers->run(std::move(settling));
    }
    std::uint64_t size = 0;
    for (const auto& [chain_id, layer] : layers_)
        size += layer.size;
    done_ = total_ = size;
    tell("checked " + counted(images_.size(), "image") + ", " + counted(blobs_, "blob") + ", " +
         counted(layers_.size(), "layer") + ", " + counted(lifecycle_->catalog().size(), "container") + ", " +
         counted(store_->volumes().list().size(), "volume"));
}

JobRef Caretaker::check(CheckRequest request)
{
    return workshop_->jobs->start("check-store", [this, request](JobRef job) -> async::Task<std::string> {
        return run_check(std::move(job), request);
    });
}

async::Task<std::string> Caretaker::run_check(JobRef job, CheckRequest request)
{
    workshop_->jobs->progress(job, 0, 0, "waiting for another check");
    async::Task<async::Turnstile::Turn> taking = checking_.take();
    const async::Turnstile::Turn turn = co_await async::unless(job->on_cancel, std::move(taking));
    workshop_->store->images().reread(); // whoever looks for damage suspects other hands
    StoreCheck check{*workshop_, *lifecycle_, *volumes_, workers_, job, std::move(request)};
    async::Task<> running = check.run();
    co_await async::unless(job->on_cancel, std::move(running));
    co_return std::string{};
}

} // namespace slipway::engine
