// SPDX-License-Identifier: LGPL-2.1-or-later
// load: a project of its Compose files: files found, project named, model read, structs made of it, checked.
#include "compose/load.hpp"

#include "compose/check.hpp"
#include "compose/env_file.hpp"
#include "compose/interpolate.hpp"
#include "compose/model.hpp"
#include "compose/place.hpp"
#include "compose/project_name.hpp"
#include "compose/read_parts.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

namespace slipway::compose {

namespace {

constexpr std::array<std::array<std::string_view, 2>, 4> standard_files{{
    {"compose.yaml", "compose.override.yaml"},
    {"compose.yml", "compose.override.yml"},
    {"docker-compose.yaml", "docker-compose.override.yaml"},
    {"docker-compose.yml", "docker-compose.override.yml"},
}};

std::vector<std::string> split_words_at(std::string_view text, char separator)
{
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t at = text.find(separator);
        std::string_view word = text.substr(0, at);
        while (word.starts_with(' '))
            word.remove_prefix(1);
        while (word.ends_with(' '))
            word.remove_suffix(1);
        if (!word.empty())
            words.emplace_back(word);
        text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
    }
    return words;
}

// A message has what files say in it, such as what a variable is needed for.
std::string one_line(std::string message)
{
    for (char& c : message)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            c = c == '\n' || c == '\t' ? ' ' : '?';
    return message;
}

// They point to what goes with the reader.
void forget_marks(YamlNode& node)
{
    node.mark = {};
    node.name_mark = {};
    for (YamlNode& entry : node.list)
        forget_marks(entry);
    for (auto& [name, member] : node.mapping)
        forget_marks(member);
}

class ProjectLoader {
  public:
    ProjectLoader(const LoadOptions& options, const Surroundings& surroundings)
        : options_{&options}, surroundings_{&surroundings}, files_{surroundings},
          reader_{files_, options.working_directory, project_.unheeded, project_.warnings}
    {
    }

    LoadedProject run()
    {
        const auto outer = std::make_shared<const Environment>(surroundings_->variable);
        const std::vector<std::string> paths = find_paths(outer);
        project_.directory = options_->project_directory.empty()
                                 ? std::filesystem::path{paths.front()}.parent_path().string()
                                 : absolute(options_->project_directory);
        environment_ = with_env_files(outer, project_.directory);
        std::vector<ParsedFile> parsed;
        parsed.reserve(paths.size());
        for (const std::string& path : paths)
            parsed.push_back(reader_.parse(path, project_.directory, environment_));
        name_project(parsed);
        YamlNode model = reader_.model(std::move(parsed));
        read_project(model);
        check_project(project_, model);
        forget_marks(model);
        return {std::move(project_), std::move(model)};
    }

  private:
    std::string absolute(const std::string& path) const
    {
        std::string result =
            (std::filesystem::path{options_->working_directory} / path).lexically_normal().string();
        while (result.size() > 1 && result.ends_with('/'))
            result.pop_back();
        return result;
    }

    std::vector<std::string> find_paths(const std::shared_ptr<const Environment>& outer)
    {
        std::vector<std::string> paths = options_->files;
        if (paths.empty()) {
            // An .env file of the working directory may name them.
            const auto environment = with_env_files(
                outer, absolute(options_->project_directory.empty() ? "." : options_->project_directory));
            const std::string separator = environment->find("COMPOSE_PATH_SEPARATOR").value_or(":");
            paths = split_words_at(environment->find("COMPOSE_FILE").value_or(""),
                                   separator.empty() ? ':' : separator.front());
        }
        for (std::string& path : paths)
            path = absolute(path);
        return paths.empty() ? find_standard_paths() : paths;
    }

    // In the working directory or above it.
    std::vector<std::string> find_standard_paths()
    {
        const auto is_there = [this](const std::string& path) { return files_.read(path).has_value(); };
        for (std::filesystem::path directory = absolute(".");; directory = directory.parent_path()) {
            for (const auto& [name, override_name] : standard_files) {
                const std::string path = directory / name;
                if (!is_there(path))
                    continue;
                std::string beside = directory / override_name;
                if (is_there(beside))
                    return {path, std::move(beside)};
                return {path};
            }
            if (directory == directory.parent_path())
                throw Failure{ErrorCode::no_such_file,
                              options_->working_directory +
                                  ": there is no compose.yaml here or in a directory above"};
        }
    }

    // OUTER, and under it what the given files say, or the .env file of DIRECTORY.
    std::shared_ptr<const Environment> with_env_files(const std::shared_ptr<const Environment>& outer,
                                                      const std::string& directory)
    {
        Variables variables;
        const auto lookup = [&outer](const std::string& name) { return outer->find(name); };
        std::vector<std::string> paths = options_->env_files;
        if (paths.empty())
            paths.push_back(std::filesystem::path{directory} / ".env");
        for (const std::string& each : paths) {
            const std::string path = absolute(each);
            if (const std::optional<std::string> text = files_.read(path))
                read_env_file(*text, reader_.display_name(path), EnvFormat::compose, lookup, variables);
            else if (!options_->env_files.empty())
                throw Failure{ErrorCode::no_such_file,
                              reader_.display_name(path) + ": there is no such file"};
        }
        return std::make_shared<const Environment>(outer, std::move(variables));
    }

    // The name is a variable of the files in turn.
    void name_project(std::vector<ParsedFile>& parsed)
    {
        std::string& name = project_.name;
        name = options_->project_name;
        if (name.empty())
            name = environment_->find("COMPOSE_PROJECT_NAME").value_or("");
        if (!name.empty() && !is_project_name(name))
            throw Failure{ErrorCode::invalid_name, in_quotes(name) + not_a_name};
        if (name.empty())
            name = name_in(parsed);
        if (name.empty())
            name = project_name_of(project_.directory);
        if (name.empty())
            throw Failure{ErrorCode::invalid_name,
                          "the project's directory " + in_quotes(project_.directory) +
                              " has no letter for a name; give a name, or write 'name:' in the file"};
        const auto below = environment_;
        environment_ = std::make_shared<const Environment>(
            [below, name](const std::string& variable) -> std::optional<std::string> {
                return variable == "COMPOSE_PROJECT_NAME" ? name : below->find(variable);
            });
        for (ParsedFile& file : parsed)
            file.source->environment = environment_;
    }

    std::string name_in(const std::vector<ParsedFile>& parsed) const
    {
        const YamlNode* node = nullptr;
        for (const ParsedFile& file : parsed)
            for (const YamlNode& document : file.documents)
                if (const YamlNode* found = document.find("name"); found != nullptr && !found->is_null())
                    node = found;
        if (node == nullptr)
            return {};
        YamlNode named = *node;
        interpolate(named, "name", [](const YamlNode& /*where*/, const std::string& /*variable*/) {});
        if (named.is_text() && named.text.empty())
            return {};
        if (!named.is_text() || !is_project_name(named.text))
            refuse(named.mark, "name", in_quotes(named.text) + not_a_name);
        return named.text;
    }

    // The members of a section of the top level.
    std::vector<std::pair<std::string, Value>> members(const YamlNode& model, const std::string& section)
    {
        const YamlNode* node = model.find(section);
        if (node == nullptr)
            return {};
        auto found = Value{*node, section, project_.unheeded}.members(Value::Keys::of_specification);
        for (const auto& [key, value] : found)
            if (!is_resource_key(key))
                refuse(value.node().name_mark, value.path(),
                       "is no name of such a thing: letters, digits, '.', '_' and '-'");
        return found;
    }

    std::set<std::string> active_profiles(const std::vector<std::pair<std::string, Value>>& services) const
    {
        std::vector<std::string> profiles = options_->profiles;
        if (profiles.empty())
            profiles = split_words_at(environment_->find("COMPOSE_PROFILES").value_or(""), ',');
        for (const std::string& target : options_->targets) {
            const auto found =
                std::ranges::find(services, target, [](const auto& each) { return each.first; });
            if (found == services.end())
                throw Failure{ErrorCode::invalid_argument, "there is no service " + in_quotes(target)};
            Fields fields{found->second};
            if (const std::optional<Value> own = fields.find("profiles"))
                std::ranges::move(read::distinct_texts(*own), std::back_inserter(profiles));
        }
        return {profiles.begin(), profiles.end()};
    }

    void read_project(const YamlNode& model)
    {
        const std::string& name = project_.name;
        for (const auto& [key, value] : members(model, "networks"))
            project_.networks[key] = read::network(key, value, name);
        for (const auto& [key, value] : members(model, "volumes"))
            project_.volumes[key] = read::volume(key, value, name);
        for (const auto& [key, value] : members(model, "configs"))
            project_.configs[key] = read::config(key, value, name);
        for (const auto& [key, value] : members(model, "secrets"))
            project_.secrets[key] = read::secret(key, value, name);

        const auto services = members(model, "services");
        const std::set<std::string> active = active_profiles(services);
        const auto is_enabled = [&active](const std::vector<std::string>& profiles) {
            return profiles.empty() || active.contains("*") ||
                   std::ranges::any_of(profiles,
                                       [&](const std::string& each) { return active.contains(each); });
        };
        for (const auto& [key, value] : services) {
            const Service& service = project_.services[key] = read::service(key, value, is_enabled, files_);
            if (service.networks.contains("default") && !project_.networks.contains("default")) {
                Network& network = project_.networks["default"];
                network.key = "default";
                network.name = name + "_default";
            }
        }
        if (services.empty())
            refuse(model.mark, {}, "has no services");
    }

    static constexpr const char* not_a_name =
        " is no project's name: small letters and digits, and then '_' and '-' too";

    const LoadOptions* options_;
    const Surroundings* surroundings_;
    Files files_;
    Project project_;
    ModelReader reader_;
    std::shared_ptr<const Environment> environment_;
};

} // namespace

Result<Project> load(const LoadOptions& options, const Surroundings& surroundings)
{
    Result<LoadedProject> loaded = load_with_model(options, surroundings);
    if (!loaded)
        return loaded.failure();
    return std::move(loaded).value().project;
}

Result<LoadedProject> load_with_model(const LoadOptions& options, const Surroundings& surroundings)
{
    try {
        return ProjectLoader{options, surroundings}.run();
    } catch (const Failure& failure) {
        return Failure{failure.code(), one_line(failure.message()), failure.where()};
    }
}

} // namespace slipway::compose
