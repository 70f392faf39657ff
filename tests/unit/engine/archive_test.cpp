// SPDX-License-Identifier: LGPL-2.1-or-later
// What an archive of images is planned to become, and the texts of one that is made; the one reads the other.
#include "base/failure.hpp"
#include "base/json.hpp"
#include "engine/image/archive_texts.hpp"
#include "engine/image/load_plan.hpp"
#include "hashing/sha256.hpp"
#include "oci/image_config.hpp"
#include "oci/manifest.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>

namespace slipway::engine {
namespace {

// Files by name, as an archive has them.
class Members {
  public:
    void put(const std::string& name, const std::string& content) { files_[name] = content; }
    void link(const std::string& name, const std::string& target) { links_[name] = target; }
    void drop(const std::string& name) { files_.erase(name); }
    std::string& at(const std::string& name) { return files_.at(name); }

    std::vector<PlannedImage> plan(const std::optional<oci::Platform>& wanted = std::nullopt) const
    {
        Json list;
        list["files"] = Json::array();
        list["links"] = Json::array();
        std::vector<std::string> contents;
        for (const auto& [name, content] : files_) {
            Json file;
            file["name"] = name;
            file["size"] = content.size();
            file["digest"] = hashing::digest_of(content).text();
            list["files"].push_back(std::move(file));
            contents.push_back(content);
        }
        for (const auto& [name, target] : links_) {
            Json link;
            link["name"] = name;
            link["target"] = target;
            list["links"].push_back(std::move(link));
        }
        const ArchiveListing listing{json_text(list)};
        return plan_load(
            listing, [&contents](const ArchivedFile& file) { return contents.at(file.number); }, wanted);
    }

    std::optional<ErrorCode> refusal(const std::optional<oci::Platform>& wanted = std::nullopt) const
    {
        try {
            plan(wanted);
        } catch (const Failure& failure) {
            EXPECT_FALSE(failure.message().empty());
            return failure.code();
        }
        return std::nullopt;
    }

  private:
    std::map<std::string, std::string> files_;
    std::map<std::string, std::string> links_;
};

// An image of these layers' contents.
ImageToSave image_of(const std::vector<std::string>& layers, const std::vector<std::string>& names)
{
    oci::ImageConfig config;
    config.os = "linux";
    config.architecture = "amd64";
    for (const std::string& layer : layers)
        config.diff_ids.push_back(hashing::digest_of(layer));
    config.cmd = {"sh", std::to_string(layers.size())};
    ImageToSave image{hashing::digest_of(oci::to_json(config)), oci::to_json(config), {}, {}, {}};
    oci::Manifest manifest{std::string{oci::manifest_media_type},
                           {std::string{oci::image_config_media_type}, image.id, image.config.size()},
                           {},
                           {}};
    for (const std::string& layer : layers) {
        const Digest digest = hashing::digest_of(layer);
        image.layers.push_back({digest, digest, layer.size()});
        manifest.layers.push_back(
            {"application/vnd.oci.image.layer.v1.tar+gzip", hashing::digest_of("compressed " + layer), 7});
    }
    image.manifest = oci::to_json(manifest);
    for (const std::string& name : names)
        image.names.push_back(oci::parse_reference(name).value());
    return image;
}

const std::vector<std::string>& some_layers()
{
    static const std::vector<std::string> layers{"lowest", "middle", "top"};
    return layers;
}

Members saved(ArchiveFormat format, const std::vector<ImageToSave>& images)
{
    Members members;
    for (const auto& [name, text] : archive_texts(format, images))
        members.put(name, text);
    for (const std::string& layer : some_layers())
        members.put(layer_member(format, hashing::digest_of(layer)), layer);
    return members;
}

void expect_same(const ImageToSave& image, const PlannedImage& planned)
{
    EXPECT_EQ(planned.id, image.id);
    EXPECT_EQ(planned.config, image.config);
    std::vector<std::string> names;
    for (const oci::Reference& name : image.names)
        names.push_back(name.familiar());
    EXPECT_EQ(planned.names, names);
    ASSERT_EQ(planned.layers.size(), image.layers.size());
    for (std::size_t i = 0; i < image.layers.size(); ++i) {
        EXPECT_EQ(planned.layers[i].diff_id, image.layers[i].diff_id);
        EXPECT_EQ(planned.layers[i].file.digest, image.layers[i].diff_id);
    }
}

TEST(AnArchive, ThatIsMadeIsReadInBothItsWays)
{
    const std::vector<ImageToSave> images{image_of({"lowest", "top"}, {"debian:bookworm", "localhost/x:1"}),
                                          image_of({"lowest", "middle", "top"}, {"quay.io/a/b:c"}),
                                          image_of({"lowest"}, {})};
    for (const ArchiveFormat format : {ArchiveFormat::docker_archive, ArchiveFormat::oci_archive}) {
        Members members = saved(format, images);
        const std::vector<PlannedImage> planned = members.plan();
        ASSERT_EQ(planned.size(), images.size());
        for (std::size_t i = 0; i < images.size(); ++i) {
            expect_same(images[i], planned[i]);
            const oci::Manifest manifest = oci::parse_manifest(planned[i].manifest).value();
            EXPECT_EQ(manifest.layers.front().digest, images[i].layers.front().diff_id);
            EXPECT_EQ(manifest.layers.front().media_type, oci::layer_media_type);
        }
        if (format == ArchiveFormat::oci_archive)
            continue;
        EXPECT_EQ(parse_json(members.at("repositories")),
                  parse_json(R"({"debian": {"bookworm": ")" + hashing::digest_of("top").hex() +
                             R"("}, "localhost/x": {"1": ")" + hashing::digest_of("top").hex() +
                             R"("}, "quay.io/a/b": {"c": ")" + hashing::digest_of("top").hex() + R"("}})"));
        // As an older reader sees it.
        members.drop("oci-layout");
        const std::vector<PlannedImage> by_docker = members.plan();
        ASSERT_EQ(by_docker.size(), images.size());
        for (std::size_t i = 0; i < images.size(); ++i) {
            expect_same(images[i], by_docker[i]);
            EXPECT_EQ(by_docker[i].manifest, "");
        }
    }
}

TEST(AnArchive, OfADirectoryOfContainersImageHasOneImage)
{
    const ImageToSave image = image_of({"lowest", "top"}, {"debian:bookworm"});
    ImageToSave nameless = image;
    nameless.names.clear();
    const std::vector<PlannedImage> planned = saved(ArchiveFormat::docker_dir, {image}).plan();
    ASSERT_EQ(planned.size(), 1U);
    expect_same(nameless, planned.front());
    EXPECT_THROW(archive_texts(ArchiveFormat::docker_dir, {image, nameless}), Failure);
}

TEST(AnArchive, KeepsTheManifestOfLayersThatWereNotCompressed)
{
    ImageToSave image = image_of({"lowest", "top"}, {"x:1"});
    const std::string first = saved(ArchiveFormat::oci_archive, {image}).plan().front().manifest;
    EXPECT_NE(first, image.manifest);
    // With blanks, as somebody else would write it.
    image.manifest = json_text(parse_json(first), StrayBytes::refused, 3);
    EXPECT_EQ(saved(ArchiveFormat::oci_archive, {image}).plan().front().manifest, image.manifest);
}

TEST(AnArchive, OfAnOlderDockerMayHaveLinks)
{
    const ImageToSave image = image_of({"lowest", "top"}, {"x:1"});
    Members members;
    members.put(image.id.hex() + ".json", image.config);
    members.put("a/layer.tar", "lowest");
    members.put("c/layer.tar", "top");
    members.link("b/layer.tar", "c/layer.tar");
    members.put("manifest.json",
                R"([{"Config": ")" + image.id.hex() +
                    R"(.json", "RepoTags": ["x:1"], "Layers": ["a/layer.tar", "b/layer.tar"]}])");
    expect_same(image, members.plan().front());
    members.link("c/layer.tar", "b/layer.tar");
    members.drop("c/layer.tar");
    EXPECT_EQ(members.refusal(), ErrorCode::invalid_manifest); // in a circle
}

TEST(AnArchive, IsRefusedWhereSomethingIsMissingOrAnother)
{
    const ImageToSave image = image_of({"lowest", "top"}, {"x:1"});
    const std::string config = "blobs/sha256/" + image.id.hex();
    const std::string layer = "blobs/sha256/" + image.layers.front().diff_id.hex();
    for (const ArchiveFormat format : {ArchiveFormat::docker_archive, ArchiveFormat::oci_archive}) {
        const Members whole = saved(format, {image});
        EXPECT_EQ(whole.refusal(), std::nullopt);
        for (const std::string& name : {config, layer}) {
            Members members = whole;
            members.drop(name);
            EXPECT_EQ(members.refusal(), ErrorCode::invalid_manifest) << name;
            members.put(name, "something else");
            EXPECT_EQ(members.refusal(), ErrorCode::digest_mismatch) << name;
        }
        Members members = whole;
        members.put("index.json", std::string(5U << 20U, ' '));
        EXPECT_EQ(members.refusal(), ErrorCode::invalid_manifest);
        members.put("index.json", R"({"schemaVersion": 2, "manifests": []})");
        EXPECT_EQ(members.refusal(), ErrorCode::invalid_manifest);
        members = whole;
        members.put("oci-layout", R"({"imageLayoutVersion": "2"})");
        EXPECT_EQ(members.refusal(), ErrorCode::invalid_manifest);
    }
    Members docker = saved(ArchiveFormat::docker_archive, {image});
    docker.drop("oci-layout");
    for (const char* text :
         {"", "{}", "[]", R"([{"Config": "none.json"}])", R"([{"Config": "manifest.json"}])"}) {
        docker.put("manifest.json", text);
        EXPECT_EQ(docker.refusal(), ErrorCode::invalid_manifest) << text;
    }
    docker.put("manifest.json",
               R"([{"Config": ")" + config + R"(", "Layers": [")" + layer + R"("]}])"); // of two
    EXPECT_EQ(docker.refusal(), ErrorCode::invalid_manifest);
    docker.put("manifest.json", R"([{"Config": ")" + config +
                                    R"(", "RepoTags": ["No:Name:At all"], "Layers": [")" + layer + R"(", ")" +
                                    layer + R"("]}])");
    EXPECT_EQ(docker.refusal(), ErrorCode::invalid_reference);
    Members other;
    other.put("etc/passwd", "root");
    EXPECT_EQ(other.refusal(), ErrorCode::unreadable_archive);
}

TEST(AnArchive, OfSeveralPlatformsGivesTheOneThatFits)
{
    const ImageToSave amd64 = image_of({"lowest", "top"}, {});
    ImageToSave arm64 = image_of({"lowest"}, {});
    Json config = parse_json(arm64.config);
    config["architecture"] = "arm64";
    arm64.config = json_text(config);
    arm64.id = hashing::digest_of(arm64.config);
    Members members = saved(ArchiveFormat::oci_archive, {amd64, arm64});
    Json index = parse_json(members.at("index.json"));
    for (std::size_t i = 0; i < 2; ++i) {
        index["manifests"][i]["platform"]["os"] = "linux";
        index["manifests"][i]["platform"]["architecture"] = i == 0 ? "amd64" : "arm64";
        index["manifests"][i]["annotations"]["io.containerd.image.name"] = "docker.io/library/x:1";
    }
    const oci::Platform arm{"linux", "arm64", {}, {}};
    const auto expect_choice = [&] {
        const std::map<std::string, Digest> choices{{"amd64", amd64.id}, {"arm64", arm64.id}};
        for (const auto& [architecture, id] : choices) {
            const std::vector<PlannedImage> planned =
                members.plan(oci::Platform{"linux", architecture, {}, {}});
            ASSERT_EQ(planned.size(), 1U);
            EXPECT_EQ(planned.front().id, id);
        }
        EXPECT_EQ(members.refusal(oci::Platform{"linux", "s390x", {}, {}}), ErrorCode::no_such_platform);
    };
    members.put("index.json", json_text(index));
    expect_choice();
    // An index between.
    const std::string inner = json_text(index);
    members.put("blobs/sha256/" + hashing::digest_of(inner).hex(), inner);
    members.put(
        "index.json",
        R"({"schemaVersion": 2, "manifests": [{"mediaType": "application/vnd.oci.image.index.v1+json", "size": )" +
            std::to_string(inner.size()) + R"(, "digest": ")" + hashing::digest_of(inner).text() + R"("}]})");
    expect_choice();
    EXPECT_EQ(saved(ArchiveFormat::oci_archive, {amd64}).refusal(arm), ErrorCode::no_such_platform);
}

TEST(AnArchive, IsListedByAProgramThatMayBeDeceived)
{
    for (const char* text :
         {"", "[]", "{}", R"({"files": [{}], "links": []})", R"({"files": 1, "links": []})",
          R"({"files": [{"name": "a", "size": -1, "digest": "sha256:0"}], "links": []})"})
        EXPECT_THROW(ArchiveListing{text}, Failure) << text;
}

} // namespace
} // namespace slipway::engine
