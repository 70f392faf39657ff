// SPDX-License-Identifier: LGPL-2.1-or-later
// LoadPlan: an archive's manifests read, and every file that they name found and checked.
#include "engine/image/load_plan.hpp"

#include "base/id.hpp"
#include "base/json.hpp"
#include "engine/image/checked_image.hpp"
#include "oci/docker_archive.hpp"
#include "oci/image_config.hpp"
#include "oci/image_layout.hpp"
#include "oci/manifest.hpp"
#include "oci/reference.hpp"

#include <algorithm>
#include <map>

namespace slipway::engine {

namespace {

constexpr const char* docker_dir_version_member = "version";

class Planner {
  public:
    Planner(const ArchiveListing& listing, const ReadText& read, const std::optional<oci::Platform>& wanted)
        : listing_{&listing}, read_{&read}, wanted_{wanted}
    {
    }

    std::vector<PlannedImage> plan()
    {
        if (listing_->has(oci::layout_member) && listing_->has(oci::index_member))
            plan_layout();
        else if (listing_->has(docker_dir_version_member) &&
                 !listing_->has(oci::docker_repositories_member) && is_object(oci::docker_manifest_member))
            plan_directory();
        else if (listing_->has(oci::docker_manifest_member))
            plan_docker();
        else
            throw Failure{
                ErrorCode::unreadable_archive,
                "the archive is none of images: it has neither manifest.json nor index.json; 'slipway "
                "image import' makes an image of one of files"};
        return std::move(images_);
    }

  private:
    std::string text(const std::string& member) const
    {
        const ArchivedFile& file = listing_->at(member);
        if (file.size > oci::manifest_limit)
            throw Failure{ErrorCode::invalid_manifest,
                          member + " has " + std::to_string(file.size) + " bytes, more than the " +
                              std::to_string(oci::manifest_limit) + " that are taken"};
        return (*read_)(file);
    }

    // What DESCRIPTOR names, under the name MEMBER.
    const ArchivedFile& blob(const std::string& member, const oci::Descriptor& descriptor) const
    {
        const ArchivedFile& file = listing_->at(member);
        if (file.digest != descriptor.digest)
            throw Failure{ErrorCode::digest_mismatch, member + " is not what its name says, but " +
                                                          file.digest.text() +
                                                          ": make the archive again, or do not trust it"};
        if (file.size != descriptor.size)
            throw Failure{ErrorCode::digest_mismatch, member + " has " + std::to_string(file.size) +
                                                          " bytes instead of " +
                                                          std::to_string(descriptor.size) +
                                                          ": make the archive again, or do not trust it"};
        return file;
    }

    bool is_object(const std::string& member) const
    {
        return listing_->has(member) && parse_json(text(member)).is_object();
    }

    // An image that is named again only gets the names.
    void add(PlannedImage image)
    {
        const auto known = std::find_if(images_.begin(), images_.end(),
                                        [&image](const PlannedImage& each) { return each.id == image.id; });
        if (known == images_.end()) {
            images_.push_back(std::move(image));
            return;
        }
        for (std::string& name : image.names)
            if (std::find(known->names.begin(), known->names.end(), name) == known->names.end())
                known->names.push_back(std::move(name));
    }

    // MEMBER_OF: how the archive calls a blob.
    template <typename MemberOf>
    PlannedImage image_of(const std::string& manifest_text, MemberOf member_of, bool was_chosen) const
    {
        const oci::Manifest manifest = of_others(oci::parse_manifest(manifest_text));
        check_config_descriptor(manifest.config);
        const std::string config_member = member_of(manifest.config.digest);
        blob(config_member, manifest.config);
        PlannedImage image{manifest.config.digest, text(config_member), manifest_text, {}, {}};
        const oci::ImageConfig config = of_others(oci::parse_image_config(image.config));
        check_layer_count(manifest.layers.size(), config.diff_ids.size());
        if (!was_chosen)
            check_platform(config, wanted_);
        for (std::size_t i = 0; i < manifest.layers.size(); ++i)
            image.layers.push_back(
                {blob(member_of(manifest.layers[i].digest), manifest.layers[i]), config.diff_ids[i]});
        return image;
    }

    // From an entry of an index to the manifest's text, whatever index is between.
    std::string manifest_at(oci::Descriptor descriptor, bool& was_chosen) const
    {
        for (unsigned depth = 0; depth <= oci::index_depth_limit; ++depth) {
            const std::string member = oci::blob_member(descriptor.digest);
            blob(member, descriptor);
            std::string found = text(member);
            switch (oci::kind_of(descriptor.media_type, found)) {
            case oci::DocumentKind::manifest:
                return found;
            case oci::DocumentKind::index:
                was_chosen = true;
                descriptor =
                    oci::choose(of_others(oci::parse_image_index(found)), wanted_.value_or(platform_here()))
                        .value();
                break;
            default:
                throw Failure{ErrorCode::invalid_manifest,
                              member + " is neither a manifest nor an index but " + descriptor.media_type};
            }
        }
        throw Failure{ErrorCode::invalid_manifest, "one index leads to another, more than " +
                                                       std::to_string(oci::index_depth_limit) + " times"};
    }

    void plan_layout()
    {
        static_cast<void>(of_others(oci::parse_image_layout(text(oci::layout_member))));
        const oci::ImageIndex index = of_others(oci::parse_image_index(text(oci::index_member)));
        if (index.entries.empty())
            throw Failure{ErrorCode::invalid_manifest, "index.json names no image"};
        if (index.entries.size() > oci::archived_image_limit)
            throw Failure{ErrorCode::invalid_manifest, "index.json names more than " +
                                                           std::to_string(oci::archived_image_limit) +
                                                           " images"};
        const std::map<std::string, std::vector<std::string>> tags = docker_tags();
        // One name of several platforms is one image.
        std::map<std::string, oci::ImageIndex> by_name;
        std::vector<std::string> order;
        for (const oci::IndexEntry& entry : index.entries) {
            std::string name = oci::find_layout_name(entry).value_or("");
            if (name.empty() && !entry.platform)
                name = "\n" + entry.descriptor.digest.hex(); // nobody's name
            if (by_name.find(name) == by_name.end())
                order.push_back(name);
            by_name[name].entries.push_back(entry);
        }
        for (const std::string& name : order) {
            const oci::ImageIndex& entries = by_name[name];
            bool was_chosen = entries.entries.size() > 1;
            const oci::Descriptor first =
                was_chosen ? oci::choose(entries, wanted_.value_or(platform_here())).value()
                           : entries.entries.front().descriptor;
            const std::string manifest = manifest_at(first, was_chosen);
            PlannedImage image = image_of(manifest, oci::blob_member, was_chosen);
            if (!name.empty() && name.front() != '\n')
                add_name(image, name);
            if (const auto known = tags.find(image.id.hex()); known != tags.end())
                for (const std::string& tag : known->second)
                    add_name(image, tag);
            add(std::move(image));
        }
    }

    // What docker's manifest.json beside an index calls its images, by their IDs.
    std::map<std::string, std::vector<std::string>> docker_tags() const
    {
        std::map<std::string, std::vector<std::string>> tags;
        if (!listing_->has(oci::docker_manifest_member))
            return tags;
        for (const oci::ArchivedImage& image :
             of_others(oci::parse_docker_archive(text(oci::docker_manifest_member))))
            if (const ArchivedFile* const config = listing_->find(image.config))
                tags[config->digest.hex()] = image.repo_tags;
        return tags;
    }

    void plan_docker()
    {
        for (const oci::ArchivedImage& archived :
             of_others(oci::parse_docker_archive(text(oci::docker_manifest_member))))
        {
            const ArchivedFile& file = listing_->at(archived.config);
            check_name(archived.config, file);
            PlannedImage image{file.digest, text(archived.config), {}, {}, {}};
            const oci::ImageConfig config = of_others(oci::parse_image_config(image.config));
            check_layer_count(archived.layers.size(), config.diff_ids.size());
            check_platform(config, wanted_);
            for (std::size_t i = 0; i < archived.layers.size(); ++i)
                image.layers.push_back({listing_->at(archived.layers[i]), config.diff_ids[i]});
            for (const std::string& tag : archived.repo_tags)
                add_name(image, tag);
            add(std::move(image));
        }
    }

    void plan_directory()
    {
        const auto member = [](const Digest& digest) { return digest.hex(); };
        add(image_of(text(oci::docker_manifest_member), member, false));
    }

    // "HEX.json" and "blobs/sha256/HEX" say what they are.
    static void check_name(const std::string& member, const ArchivedFile& file)
    {
        std::string stem = member.substr(member.rfind('/') + 1);
        stem = stem.substr(0, stem.find('.'));
        if (is_id(stem) && stem != file.digest.hex())
            throw Failure{ErrorCode::digest_mismatch, member + " is not what its name says, but " +
                                                          file.digest.text() +
                                                          ": make the archive again, or do not trust it"};
    }

    static void add_name(PlannedImage& image, const std::string& text)
    {
        const oci::Reference reference = oci::parse_reference(text).value();
        if (reference.digest)
            return;
        std::string name = reference.familiar();
        if (std::find(image.names.begin(), image.names.end(), name) == image.names.end())
            image.names.push_back(std::move(name));
    }

    const ArchiveListing* listing_;
    const ReadText* read_;
    std::optional<oci::Platform> wanted_;
    std::vector<PlannedImage> images_;
};

} // namespace

std::vector<PlannedImage> plan_load(const ArchiveListing& listing, const ReadText& read,
                                    const std::optional<oci::Platform>& wanted)
{
    return Planner{listing, read, wanted}.plan();
}

} // namespace slipway::engine
