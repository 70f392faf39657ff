// SPDX-License-Identifier: LGPL-2.1-or-later
// Certificates: files of a directory, told apart by their endings.
#include "registry/certificates.hpp"

#include "base/file.hpp"

#include <algorithm>

namespace slipway::registry {

namespace {

constexpr std::size_t certificate_limit = 1U << 20U;

std::vector<std::filesystem::path> files_of(const std::filesystem::path& directory)
{
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{directory, error})
        files.push_back(entry.path());
    if (error && error != std::errc::no_such_file_or_directory && error != std::errc::not_a_directory)
        throw errno_failure(error.value(), "read", directory.native());
    std::sort(files.begin(), files.end());
    return files;
}

[[noreturn]] void refuse(const std::filesystem::path& file, const char* missing)
{
    throw Failure{ErrorCode::invalid_configuration,
                  file.native() + ": there is no " + file.stem().native() + missing + " beside it"};
}

Certificates certificates_in(const std::filesystem::path& directory)
{
    Certificates found;
    const std::vector<std::filesystem::path> files = files_of(directory);
    const auto has = [&files](const std::filesystem::path& file) {
        return std::find(files.begin(), files.end(), file) != files.end();
    };
    for (const std::filesystem::path& file : files) {
        const std::filesystem::path ending = file.extension();
        if (ending == ".crt") {
            found.authorities += read_file(file, certificate_limit) + "\n";
        } else if (ending == ".cert") {
            std::filesystem::path key = file;
            if (!has(key.replace_extension(".key")))
                refuse(file, ".key");
            // One is shown; of several it is the first by name.
            if (found.certificate.empty()) {
                found.certificate = read_file(file, certificate_limit);
                found.key = read_file(key, certificate_limit);
            }
        } else if (ending == ".key") {
            std::filesystem::path certificate = file;
            if (!has(certificate.replace_extension(".cert")))
                refuse(file, ".cert");
        }
    }
    return found;
}

} // namespace

const std::vector<std::filesystem::path>& certificate_directories()
{
    static const std::vector<std::filesystem::path> directories{
        "/etc/slipway/certs.d", "/etc/containers/certs.d", "/etc/docker/certs.d"};
    return directories;
}

Certificates find_certificates(const std::vector<std::filesystem::path>& directories, const std::string& host)
{
    // It becomes part of a path.
    if (host.empty() || host.find('/') != std::string::npos || host == "." || host == "..")
        throw Failure{ErrorCode::invalid_argument, "not a registry's host: " + host};
    for (const std::filesystem::path& directory : directories) {
        Certificates found = certificates_in(directory / host);
        if (found != Certificates{})
            return found;
    }
    return {};
}

} // namespace slipway::registry
