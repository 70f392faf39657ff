// SPDX-License-Identifier: LGPL-2.1-or-later
// Wallet: the caller's credentials for registries, in files that docker and podman have too, or in programs
// that keep them (docs/registries.md). The engine is handed what it needs of them; it opens none of this.
#pragma once

#include "base/fd.hpp"
#include "oci/auth_file.hpp"
#include "oci/registries_conf.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace slipway::cli {

class Wallet {
  public:
    // AUTH_FILE: this file alone, if it is not empty. Throws Failure: invalid_configuration for a file that
    // is none, io_error for one that cannot be read.
    explicit Wallet(const std::string& auth_file);

    // What there is for a repository, or with no PATH for all of HOST ("docker.io"). A helper that fails is
    // complained of, and passed over.
    std::optional<oci::Credentials> find(const std::string& host, const std::string& path) const;

    // The same for each place that the image NAME may come from, as the engine takes them: memory files. None
    // for what is no image's name, which the engine says.
    std::vector<Fd> for_image(const std::string& name) const;
    // The same for registries: "host[:port][/path]".
    std::vector<Fd> for_registries(const std::vector<std::string>& names) const;

    // For KEY ("host[:port][/path]") from now on; returns where they are: "in FILE", "by PROGRAM". Throws
    // Failure: credential_helper_failed, io_error.
    std::string keep(const std::string& key, const oci::Credentials& credentials) const;
    // KEY is kept no more where keep() keeps. False where it was not.
    bool forget(const std::string& key) const;
    // Nothing is.
    bool forget_all() const;
    // Other files of the caller's that know KEY.
    std::vector<std::string> others_with(const std::string& key) const;

    const oci::RegistriesConf& conf() const noexcept { return conf_; }

  private:
    struct File {
        std::filesystem::path path;
        oci::AuthFile content;
    };

    std::optional<oci::Credentials> find_in_files(const std::string& host, const std::string& path) const;
    std::vector<std::string> helpers() const;

    oci::RegistriesConf conf_;
    bool is_one_file_ = false;
    std::vector<std::filesystem::path> places_; // the first one is written to
    std::vector<File> files_;                   // those that are there
};

} // namespace slipway::cli
