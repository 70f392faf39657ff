// SPDX-License-Identifier: LGPL-2.1-or-later
// Vault: secrets kept, and opened for containers that start (docs/secrets.md).
#pragma once

#include "async/worker.hpp"
#include "base/fd.hpp"
#include "engine/secret/grant.hpp"
#include "store/store.hpp"

#include <string>
#include <vector>

namespace slipway::engine {

// One as the launcher puts it into the container.
struct OpenSecret {
    SecretGrant grant;
    std::string value;
};

class Vault {
  public:
    // All that it works with outlives it.
    Vault(async::Workers& workers, const store::Store& store) : workers_{&workers}, secrets_{store.secrets()}
    {
    }

    struct PutWish {
        std::string group; // goes with it
        bool replaces = false;
    };
    // VALUE: a file, at most a mebibyte. Throws Failure{invalid_name, name_taken, invalid_argument,
    // no_space}.
    async::Task<> put(std::string name, Fd value, PutWish wish);
    // Throws Failure{no_such_secret, io_error}.
    async::Task<std::vector<OpenSecret>> open(std::vector<SecretGrant> grants) const;
    std::vector<store::SecretRow> list() const { return secrets_.list(); }
    store::SecretRow at(const std::string& name) const;
    // Throws Failure{no_such_secret}. Containers that have it do not start any more.
    void remove(const std::string& name);
    void remove_of(const std::string& group);

  private:
    async::Workers* workers_;
    store::Secrets secrets_;
};

} // namespace slipway::engine
