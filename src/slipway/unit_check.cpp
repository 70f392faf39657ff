// SPDX-License-Identifier: LGPL-2.1-or-later
// unit check: files of Quadlet's, read as the generator does.
#include "quadlet/generate.hpp"
#include "quadlet/kind.hpp"
#include "quadlet/own_files.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

#include <algorithm>
#include <filesystem>
#include <unistd.h>

namespace slipway::cli {

namespace {

namespace fs = std::filesystem;

bool is_below(const std::string& path, const std::string& directory)
{
    return path == directory || path.starts_with(directory + '/');
}

// DIRECTORY; where that is one of the generator's, all of these, as files name each other.
std::vector<quadlet::Place> places_around(const std::string& directory, quadlet::LeftOut left_out,
                                          quadlet::Scope scope)
{
    std::optional<quadlet::User> user;
    if (scope == quadlet::Scope::user) {
        const auto variable = [](const char* name) -> std::string {
            const char* const value = std::getenv(name);
            return value == nullptr ? "" : value;
        };
        std::string configuration = variable("XDG_CONFIG_HOME");
        if (configuration.empty())
            configuration = variable("HOME") + "/.config";
        user = {variable("XDG_RUNTIME_DIR"), configuration, std::to_string(::getuid())};
    }
    std::vector<quadlet::Place> usual = quadlet::places_of(user, quadlet::Podman::read);
    const bool is_usual = std::any_of(usual.begin(), usual.end(), [&directory](const quadlet::Place& place) {
        return is_below(directory, place.path);
    });
    if (is_usual)
        return usual;
    return {{directory, left_out}};
}

void print_unit(const quadlet::Unit& unit)
{
    std::string text = "# " + unit.name + "\n" + unit.text;
    for (const quadlet::Link& link : unit.links)
        text += "# link: " + link.path + " -> " + link.target + "\n";
    print(text + "\n");
}

enum class Printed { nothing, units };

// Whether all is well.
bool check_file(const std::string& name, quadlet::Scope scope, Printed printed)
{
    std::error_code error;
    std::string path = fs::absolute(name, error).lexically_normal().native();
    if (path.size() > 1 && path.ends_with('/'))
        path.pop_back();
    const bool is_directory = fs::is_directory(path, error);
    if (!is_directory && !fs::exists(fs::symlink_status(path, error)))
        throw Failure{ErrorCode::no_such_file, name + ": no such file"};
    const std::string base = fs::path{path}.filename().native();
    if (!is_directory && !quadlet::find_kind(base) && quadlet::refused_kind(base).empty()) {
        complain(path + ": is no file of Quadlet's: .container, .pod, .network, .volume, .image or .build\n");
        return false;
    }
    const std::string directory = is_directory ? path : fs::path{path}.parent_path().native();
    const quadlet::Sources found = quadlet::find_sources(
        places_around(directory, is_directory ? quadlet::LeftOut::nothing : quadlet::LeftOut::all, scope),
        quadlet::own_files());
    const quadlet::Surroundings surroundings{scope, [](const std::string& device) {
                                                 std::error_code ignored;
                                                 return fs::exists(device, ignored);
                                             }};
    bool is_well = true;
    const auto tell = [&is_well](const quadlet::Complaint& complaint) {
        is_well = is_well && complaint.severity == quadlet::Severity::warning;
        complain(complaint.message() + "\n");
    };
    const auto is_meant = [&](const std::string& file) {
        return is_directory ? is_below(file, path) : file == path || is_below(file, path + ".d");
    };
    for (const quadlet::Complaint& complaint : found.complaints)
        if (is_meant(complaint.file))
            tell(complaint);
    for (const quadlet::Outcome& outcome : quadlet::generate(found.sources, surroundings)) {
        if (!is_meant(outcome.path)) {
            if (fs::path{outcome.path}.filename() == base)
                complain(path + ": warning: does not count, since " + outcome.path + " is found before it\n");
            continue;
        }
        for (const quadlet::Complaint& complaint : outcome.complaints)
            tell(complaint);
        if (outcome.unit && printed == Printed::units)
            print_unit(*outcome.unit);
    }
    return is_well;
}

} // namespace

int unit_check(Context& context, const Arguments& arguments)
{
    std::vector<std::string> files;
    bool is_printed = false;
    Options options{
        "unit check [--print] FILE|DIRECTORY...",
        "Says what is wrong in files of Quadlet's, each complaint as FILE:LINE: …; exits with 1 where "
        "a file makes no unit."};
    options.flag("--print", is_printed, "Print the units that come of them");
    options.operands("FILE", files, "A .container, .pod, .network, .volume, .image or .build file");
    options.parse(arguments);

    const quadlet::Scope scope =
        context.global().reach == client::Reach::user ? quadlet::Scope::user : quadlet::Scope::machine;
    bool is_well = true;
    for (const std::string& file : files)
        is_well = check_file(file, scope, is_printed ? Printed::units : Printed::nothing) && is_well;
    return is_well ? 0 : 1;
}

} // namespace slipway::cli
