// SPDX-License-Identifier: LGPL-2.1-or-later
// resctrl: schemata and tasks.
#include "oci-runtime/resctrl.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

namespace slipway::oci_runtime {

namespace {

constexpr const char* place = "/sys/fs/resctrl";

void write_file(const std::string& path, const std::string& text)
{
    const Fd file{check(::open(path.c_str(), O_WRONLY | O_CLOEXEC), "linux.intelRdt: open", path)};
    check(::write(file.number(), text.data(), text.size()), "linux.intelRdt: write \"" + text + "\" to",
          path);
}

} // namespace

void require_resctrl(const oci::Linux& settings)
{
    if (!settings.intel_rdt)
        return;
    struct statfs status {};
    if (::statfs(place, &status) < 0 || status.f_type != RDTGROUP_SUPER_MAGIC)
        throw Failure{
            ErrorCode::not_supported,
            "linux.intelRdt: no resctrl file system is mounted on /sys/fs/resctrl (the processor or the "
            "kernel may not have it)"};
    const std::string& name = settings.intel_rdt->clos_id;
    if (name == "." || name == ".." || name.find('/') != std::string::npos)
        throw Failure{ErrorCode::invalid_argument, "linux.intelRdt.closID: is no name of a directory"};
}

std::string enter_resctrl(const oci::Linux& settings, const std::string& id, pid_t pid)
{
    if (!settings.intel_rdt)
        return {};
    const oci::IntelRdt& wish = *settings.intel_rdt;
    const std::string directory = std::string{place} + "/" + (wish.clos_id.empty() ? id : wish.clos_id);
    const bool is_new = ::mkdir(directory.c_str(), 0755) == 0;
    if (!is_new && errno != EEXIST)
        throw errno_failure(errno, "linux.intelRdt: make", directory);
    std::string schemata;
    for (const std::string& line : wish.schemata)
        schemata += line + "\n";
    for (const std::string& line : {wish.l3_cache_schema, wish.mem_bw_schema})
        if (!line.empty())
            schemata += line + "\n";
    if (!schemata.empty())
        write_file(directory + "/schemata", schemata);
    write_file(directory + "/tasks", std::to_string(pid));
    return is_new ? directory : "";
}

void remove_resctrl(const std::string& directory) noexcept
{
    if (!directory.empty())
        ::rmdir(directory.c_str());
}

} // namespace slipway::oci_runtime
