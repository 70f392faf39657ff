// SPDX-License-Identifier: LGPL-2.1-or-later
// CredentialProgram: a program docker-credential-NAME that keeps credentials, run once for each question. It
// may ask the user itself, so it is waited for as long as it takes.
#pragma once

#include "oci/auth_file.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slipway::cli {

class CredentialProgram {
  public:
    explicit CredentialProgram(std::string name) : name_{std::move(name)} {}

    // All throw Failure{credential_helper_failed}: there is no such program in PATH, or it failed.

    // For HOST ("docker.io"), under whichever name it keeps it.
    std::optional<oci::Credentials> find(const std::string& host) const;
    void store(const std::string& host, const oci::Credentials& credentials) const;
    // False where it had none.
    bool erase(const std::string& host) const;
    // Those of all servers it has something for.
    bool erase_all() const;

    std::string program() const { return "docker-credential-" + name_; }

  private:
    struct Outcome {
        int status;
        std::string output;
    };
    Outcome run(const char* verb, const std::string& input) const;
    [[noreturn]] void fail(const char* verb, const Outcome& outcome) const;
    bool erase_server(const std::string& server) const;

    std::string name_;
};

} // namespace slipway::cli
