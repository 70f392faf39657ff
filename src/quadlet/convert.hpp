// SPDX-License-Identifier: LGPL-2.1-or-later
// Conversions: of each kind of file, what its service is to say.
#pragma once

#include "quadlet/options.hpp"

namespace slipway::quadlet {

// Complaints go to ITEM. CATALOG has every file that can be referred to.
Service convert_container(Item& item, const Catalog& catalog, const Surroundings& surroundings);
Service convert_pod(Item& item, const Catalog& catalog, const Surroundings& surroundings);
Service convert_network(Item& item, const Surroundings& surroundings);
Service convert_volume(Item& item, const Surroundings& surroundings);
Service convert_image(Item& item, const Surroundings& surroundings);
Service convert_build(Item& item, const Surroundings& surroundings);

// A service that has made something, and stays.
void stay_after(const Item& item, Service& service);
// An image's name, without what podman's users may say of where it comes from.
std::string image_name(Item& item, const Entry& entry);
// Time enough for a StopTimeout= that is longer than systemd waits.
void allow_stop(const Item& item, Service& service);
// "--platform" of OS=, Arch= and Variant=.
void add_platform(Item& item, Words& words);

// Network=, as containers and pods have it.
void add_networks(Item& item, const Catalog& catalog, Service& service, Words& words);
// Volume=, the same.
void add_volumes(Item& item, const Catalog& catalog, Service& service, Words& words);
// Mount=, ReadOnlyTmpfs= and Timezone= of a container.
void add_mounts(Item& item, const Catalog& catalog, Service& service, Words& words);
// User=, UserNS=, SeccompProfile= and what else says what it may.
void add_security(Item& item, Words& words);
// UserNS= of a container or a pod, for WORDS.
void add_user_namespace(Item& item, Words& words);
// HealthCmd= and its kin.
void add_health(Item& item, Words& words);

} // namespace slipway::quadlet
