// SPDX-License-Identifier: LGPL-2.1-or-later
// Model: the tree of one project's files, merged, with what they extend and include.
#pragma once

#include "compose/files.hpp"
#include "compose/project.hpp"
#include "compose/yaml_node.hpp"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace slipway::compose {

// A file's documents before anything is done to them.
struct ParsedFile {
    std::string path; // absolute
    Source* source = nullptr;
    std::vector<YamlNode> documents;
};

class ModelReader {
  public:
    // WORKING_DIRECTORY is left out of the names of files in messages. All have to outlive it; it has to
    // outlive the nodes that it makes.
    ModelReader(Files& files, const std::string& working_directory, std::vector<Note>& unheeded,
                std::vector<Note>& warnings)
        : files_{&files}, working_directory_{&working_directory}, unheeded_{&unheeded}, warnings_{&warnings}
    {
    }

    // Throws no_such_file. DIRECTORY: where the file's relative paths begin.
    ParsedFile parse(const std::string& path, const std::string& directory,
                     std::shared_ptr<const Environment> environment);

    // One model of FILES: interpolated, extended, merged, and what they include in it.
    YamlNode model(std::vector<ParsedFile> files);

    // "compose.yaml" for a file of the working directory, else its path.
    std::string display_name(const std::string& path) const;

  private:
    // A service of a file.
    using Link = std::pair<std::string, std::string>;

    YamlNode merged_file(ParsedFile file, YamlNode base);
    void interpolate_document(YamlNode& document);

    // extends.cpp
    void extend_services(YamlNode& document, const YamlNode& earlier, const std::string& path);
    void extend_service(YamlNode& services, const YamlNode& earlier, const std::string& name,
                        const std::string& path, std::vector<Link>& chain);
    YamlNode& extended_file(const std::string& path, const YamlNode& file_node);

    // include.cpp
    void include_models(YamlNode& model);
    void include_model(const YamlNode& entry, const std::string& entry_path, YamlNode& model);

    Files* files_;
    const std::string* working_directory_;
    std::vector<Note>* unheeded_;
    std::vector<Note>* warnings_;
    std::deque<Source> sources_;
    std::set<std::string> unset_;
    std::map<std::string, YamlNode> extended_; // merged files, by path
    std::vector<std::string> including_;       // paths, the outermost first
};

} // namespace slipway::compose
