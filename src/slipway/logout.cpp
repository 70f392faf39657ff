// SPDX-License-Identifier: LGPL-2.1-or-later
// logout: credentials for a registry, or for all, kept no more.
#include "slipway/human.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"
#include "slipway/wallet.hpp"

namespace slipway::cli {

int logout(Context& /*context*/, const Arguments& arguments)
{
    bool is_all = false;
    std::string auth_file;
    std::optional<std::string> registry;
    Options options{"logout [--authfile FILE] REGISTRY|--all", "Forgets the credentials for a registry."};
    options.flag("-a,--all", is_all, "Those for all registries");
    options.text("--authfile", auth_file, "FILE", "In this file");
    options.operand("REGISTRY", registry, "The registry, as it was written at login");
    options.parse(arguments);
    if (is_all == registry.has_value())
        throw UsageError{"either a registry or --all"};

    const Wallet wallet{auth_file};
    if (is_all) {
        wallet.forget_all();
        print_line("Removed all credentials");
        return 0;
    }
    const std::string key = oci::auth_key(*registry);
    const bool was_there = wallet.forget(key);
    std::string others;
    for (const std::string& other : wallet.others_with(key))
        others += (others.empty() ? "" : ", ") + other;
    if (!was_there)
        throw Failure{ErrorCode::not_logged_in,
                      "not logged in to " + key +
                          (others.empty() ? "" : " by slipway, but " + others + " has credentials for it")};
    print_line("Removed the credentials for " + visible(key));
    if (!others.empty())
        complain("slipway: " + visible(others) + " has credentials for " + visible(key) + " too\n");
    return 0;
}

} // namespace slipway::cli
