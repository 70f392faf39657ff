// SPDX-License-Identifier: LGPL-2.1-or-later
// JSON texts for programs; the keys stay as they are (slipway(1), "JSON").
#pragma once

#include "client/manager.hpp"

#include <string>
#include <vector>

namespace slipway::cli {

struct NetworkRecord {
    std::string network;
    client::RecordInfo record;
};

// One array of these JSON texts, indented, ending with a newline. Throws Failure{internal} for what is no
// JSON.
std::string array_of(const std::vector<std::string>& objects);

std::string json_text(const std::vector<client::ContainerInfo>& containers, RealTime present);
std::string json_text(const std::vector<client::ImageInfo>& images);
std::string json_text(const std::vector<client::HistoryStep>& steps);
std::string json_text(const std::vector<client::VolumeInfo>& volumes);
std::string json_text(const std::vector<client::NetworkInfo>& networks);
std::string json_text(const std::vector<NetworkRecord>& records);
std::string json_text(const std::vector<client::WireInfo>& wires);
std::string json_text(const std::vector<client::GroupInfo>& groups);
std::string json_text(const std::vector<client::SecretInfo>& secrets);
std::string json_text(const client::Referrers& referrers);
std::string json_text(const std::vector<client::FoundImage>& images);
// ["a", "b"].
std::string json_text(const std::vector<std::string>& words);
std::string json_text(const client::EngineInfo& info, const client::DeviceList& devices);
// ENGINE: empty where it is not known.
std::string version_json(const std::string& client, const std::string& engine);

} // namespace slipway::cli
