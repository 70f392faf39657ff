// SPDX-License-Identifier: LGPL-2.1-or-later
// Pull: name, manifest, configuration, layers, row.
//
// A layer's bytes go from slipway-registry through a pipe into slipway-transfer, and into a file beside, from
// which a broken pull is gone on with. Neither process is believed: the one checks the blob's digest, the
// other the layer's.
#include "engine/image/pull.hpp"

#include "async/together.hpp"
#include "async/unless.hpp"
#include "base/file.hpp"
#include "engine/image/gallery.hpp"
#include "oci/image_index.hpp"
#include "registry/configuration.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace slipway::engine {

namespace {

// Docker's and podman's number; more gains nothing and makes a registry think of an attack.
constexpr std::size_t layers_at_once = 3;

oci::Platform platform_here()
{
    utsname name{};
    ::uname(&name);
    return oci::platform_of_machine(static_cast<const char*>(name.machine));
}

std::vector<std::string> environment_here()
{
    std::vector<std::string> environment;
    for (char** variable = environ; *variable != nullptr; ++variable)
        environment.emplace_back(*variable);
    return environment;
}

oci::Reference meaning_of(const std::string& text)
{
    const oci::RegistriesConf conf = registry::read_registries_conf(registry::registries_conf_file());
    oci::Candidates candidates = oci::candidates_of(conf, text).value();
    if (candidates.references.size() == 1)
        return std::move(candidates.references.front());
    std::string names;
    for (const oci::Reference& each : candidates.references)
        names += (names.empty() ? "" : ", ") + each.canonical();
    throw Failure{ErrorCode::invalid_reference,
                  text + " may mean " + names + ": say which, or give it an alias in registries.conf"};
}

void check_config(const oci::Descriptor& config)
{
    constexpr std::string_view docker = "application/vnd.docker.container.image.v1+json";
    if (config.media_type != oci::image_config_media_type && config.media_type != docker)
        throw Failure{ErrorCode::invalid_manifest,
                      "it is no image of a container but an artifact (" + config.media_type + ")"};
    if (config.size > oci::manifest_limit)
        throw Failure{ErrorCode::invalid_manifest,
                      "its configuration has " + std::to_string(config.size) + " bytes, more than the " +
                          std::to_string(oci::manifest_limit) + " that are taken"};
}

} // namespace

Pull::Pull(Workshop& workshop, JobRef job, PullRequest request)
    : workshop_{&workshop}, job_{std::move(job)}, request_{std::move(request)}, reference_{meaning_of(
                                                                                    request_.reference)}
{
}

async::Task<> Pull::connect()
{
    const oci::RegistriesConf conf = registry::read_registries_conf(registry::registries_conf_file());
    registry::Target target =
        registry::target_of(conf, reference_, request_.auths, registry::certificate_directories());
    target.proxies = registry::proxies_of(environment_here());
    agent_ = registry::Agent::start(*workshop_->loop, workshop_->run_directory / "registry.sock",
                                    workshop_->programs);
    co_await agent_->open(std::move(target));
}

async::Task<registry::PulledManifest> Pull::find_manifest()
{
    const oci::Platform wanted = request_.platform.value_or(platform_here());
    std::string wish = reference_.digest ? reference_.digest->text() : reference_.tag;
    for (unsigned depth = 0; depth <= oci::index_depth_limit; ++depth) {
        registry::PulledManifest found = co_await agent_->manifest(wish);
        switch (oci::kind_of(found.media_type, found.bytes)) {
        case oci::DocumentKind::manifest:
            co_return found;
        case oci::DocumentKind::index: {
            const oci::ImageIndex index = oci::parse_image_index(found.bytes).value();
            wish = oci::choose(index, wanted).value().digest.text();
            break;
        }
        case oci::DocumentKind::obsolete:
            throw Failure{ErrorCode::invalid_manifest,
                          "it is in docker's first format, which names no layer by its content: push it anew "
                          "with a newer program"};
        case oci::DocumentKind::other:
            throw Failure{ErrorCode::invalid_manifest,
                          "it is neither a manifest nor an index but " + found.media_type};
        }
    }
    throw Failure{ErrorCode::invalid_manifest, "one index leads to another, more than " +
                                                   std::to_string(oci::index_depth_limit) + " times"};
}

async::Task<std::string> Pull::fetch_config(oci::Descriptor config)
{
    check_config(config);
    const Fd file{check(::memfd_create("config", MFD_CLOEXEC), "make a memory file")};
    Fd copy{check(::fcntl(file.number(), F_DUPFD_CLOEXEC, 3), "use a memory file")};
    async::Task<> fetching = agent_->blob(config.digest, config.size, std::move(copy), Fd{}, {});
    co_await fetching;
    check(static_cast<int>(::lseek(file.number(), 0, SEEK_SET)), "read a memory file");
    co_return read_all(file.number(), "configuration", oci::manifest_limit);
}

void Pull::tell(const Layer& layer, std::uint64_t done, std::string phase)
{
    workshop_->jobs->progress(job_, layer.blob.digest.text(), done, layer.blob.size, std::move(phase));
}

async::Task<> Pull::download(const Layer* layer, Fd file, Fd pipe)
{
    registry::Agent::Progress progress = [this, layer](std::uint64_t bytes) {
        tell(*layer, bytes, "downloading");
    };
    async::Task<> fetching = agent_->blob(layer->blob.digest, layer->blob.size, std::move(file),
                                          std::move(pipe), std::move(progress));
    co_await fetching;
    tell(*layer, layer->blob.size, "unpacking");
}

async::Task<> Pull::make_layer(Layer* layer)
{
    Draft draft{*workshop_};
    const std::filesystem::path partial = workshop_->store->partial_layer(layer->chain_id);
    FdPair pipe = make_pipe();
    UnpackRequest request;
    request.archive = std::make_shared<Fd>(std::move(pipe.first));
    request.directory = draft.layer().directory().number();
    request.recipe = draft.layer().recipe().number();
    request.words = {"--layer", "--diff-id=" + layer->diff_id.text()};
    async::Task<Unpacked> unpacking = workshop_->unpacker.unpack(std::move(request));
    const auto unpack = [](async::Task<Unpacked> task, std::uint64_t* size) -> async::Task<> {
        const Unpacked unpacked = co_await task;
        *size = unpacked.size;
    };
    Fd file{check(::open(partial.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), "open",
                  partial.native())};
    // Whichever fails first is the cause: the other one then only misses its partner.
    std::vector<async::Task<>> both;
    both.push_back(unpack(std::move(unpacking), &layer->size));
    both.push_back(download(layer, std::move(file), std::move(pipe.second)));
    async::Task<> all = async::together(std::move(both), 2);
    co_await all;
    co_await draft.keep(layer->chain_id);
    workshop_->spare_layers.insert_or_assign(layer->chain_id.hex(), layer->size);
    ::unlink(partial.c_str());
}

async::Task<> Pull::fetch_layer(Layer* layer)
{
    tell(*layer, 0, "waiting");
    std::shared_ptr<async::Turnstile>& turnstile = workshop_->making[layer->chain_id.hex()];
    if (!turnstile)
        turnstile = std::make_shared<async::Turnstile>();
    const std::shared_ptr<async::Turnstile> held = turnstile;
    const auto turn = co_await held->take();
    const std::optional<std::uint64_t> size = workshop_->size_of(layer->chain_id);
    if (size) {
        layer->size = *size;
        tell(*layer, layer->blob.size, "exists");
        co_return;
    }
    co_await make_layer(layer);
    tell(*layer, layer->blob.size, "done");
}

async::Task<std::string> Pull::run()
{
    workshop_->jobs->progress(job_, 0, 0, "asking " + reference_.domain);
    co_await connect();
    const registry::PulledManifest found = co_await find_manifest();
    const oci::Manifest manifest = oci::parse_manifest(found.bytes).value();
    const std::string config_text = co_await fetch_config(manifest.config);
    const oci::ImageConfig config = oci::parse_image_config(config_text).value();
    if (config.diff_ids.size() != manifest.layers.size() || manifest.layers.empty())
        throw Failure{ErrorCode::invalid_manifest,
                      "the manifest has " + std::to_string(manifest.layers.size()) +
                          " layers, the configuration " + std::to_string(config.diff_ids.size())};
    const std::vector<Digest> chain = store::chain_ids(config.diff_ids);
    for (std::size_t i = 0; i < manifest.layers.size(); ++i)
        layers_.push_back({manifest.layers[i], config.diff_ids[i], chain[i], 0});

    std::vector<async::Task<>> fetching;
    for (Layer& layer : layers_)
        fetching.push_back(fetch_layer(&layer));
    async::Task<> all = async::together(std::move(fetching), layers_at_once);
    co_await all;

    std::function<void()> storing = [blobs = workshop_->store->blobs(), config_text, bytes = found.bytes] {
        blobs.put(config_text);
        blobs.put(bytes);
    };
    co_await workshop_->workers->run(std::move(storing));
    store::ImageRow row{manifest.config.digest, found.digest, 0, now(), {reference_.familiar()}, {}};
    for (const Layer& layer : layers_) {
        row.size += layer.size;
        row.layers.push_back({layer.chain_id, layer.diff_id, layer.size});
    }
    co_await workshop_->add(std::move(row));
    co_return manifest.config.digest.hex();
}

JobRef Gallery::pull(PullRequest request)
{
    static_cast<void>(meaning_of(request.reference));
    return workshop_.jobs->start("pull-image", [this, request](JobRef job) -> async::Task<std::string> {
        return run_pull(&workshop_, std::move(job), request);
    });
}

async::Task<std::string> Gallery::run_pull(Workshop* workshop, JobRef job, PullRequest request)
{
    Pull pull{*workshop, job, std::move(request)};
    async::Task<std::string> running = pull.run();
    co_return co_await async::unless(job->on_cancel, std::move(running));
}

} // namespace slipway::engine
