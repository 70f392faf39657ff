// SPDX-License-Identifier: LGPL-2.1-or-later
// VolumeSettings: names, options, JSON.
#include "engine/volume/settings.hpp"

#include "base/json.hpp"
#include "base/result.hpp"
#include "store/volumes.hpp"

#include <array>
#include <charconv>

namespace slipway::engine {

void check_volume_name(std::string_view name)
{
    if (!store::is_volume_name(name))
        throw Failure{ErrorCode::invalid_name,
                      "not a volume name: '" + std::string{name} +
                          "' (1 to 255 letters, digits, '_', '.' and '-', the first a letter or digit)"};
}

std::string to_json(const VolumeSettings& settings)
{
    try {
        return json_text(
            {{"labels", settings.labels}, {"options", settings.options}, {"project", settings.project}});
    } catch (const Json::exception&) {
        throw Failure{ErrorCode::invalid_argument, "a label or an option is not UTF-8 text"};
    }
}

VolumeSettings parse_volume_settings(std::string_view text)
{
    VolumeSettings settings;
    if (text.empty())
        return settings; // of a volume that was found without its row
    const Json json = parse_json(text);
    json.at("labels").get_to(settings.labels);
    json.at("options").get_to(settings.options);
    json.at("project").get_to(settings.project);
    return settings;
}

std::uint64_t size_limit(const std::map<std::string, std::string>& options)
{
    const auto found = options.find("size");
    if (found == options.end())
        return 0;
    const std::string& text = found->second;
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    std::string unit{stop, end};
    for (char& letter : unit)
        letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    if (unit.size() == 2 && unit[1] == 'b')
        unit.pop_back(); // "10gb"
    static constexpr std::array<std::string_view, 5> units{"b", "k", "m", "g", "t"};
    unsigned shift = 0;
    bool is_known = unit.empty();
    for (unsigned i = 0; i < units.size(); ++i)
        if (unit == units[i]) {
            shift = 10 * i;
            is_known = true;
        }
    if (error != std::errc{} || !is_known || number == 0 || number > (UINT64_MAX >> 1U) >> shift)
        throw Failure{ErrorCode::invalid_argument, "not a size: '" + text + "' (such as 512m or 10g)"};
    return number << shift;
}

} // namespace slipway::engine
