// SPDX-License-Identifier: LGPL-2.1-or-later
// features: what this runtime can do (features.md, features-linux.md).
#include "base/file.hpp"
#include "base/json.hpp"
#include "oci-runtime/command_line.hpp"
#include "oci/capability_names.hpp"
#include "oci/runtime_names.hpp"
#include "sandbox/mount_options.hpp"
#include "slipway_config.hpp"

namespace slipway::oci_runtime {

namespace {

template <typename T>
Json names_of()
{
    Json names = Json::array();
    for (const auto& row : oci::Names<T>::rows)
        names.push_back(row.name);
    return names;
}

} // namespace

int features(Context& /*context*/, const Arguments& arguments)
{
    Options options = make_options("features", "Prints what this runtime can do, as JSON.");
    options.parse(arguments);
    const Json document{
        {"ociVersionMin", "1.0.0"},
        {"ociVersionMax", "1.2.0"},
        {"hooks", Json::array({"prestart", "createRuntime", "createContainer", "startContainer", "poststart",
                               "poststop"})},
        {"mountOptions", sandbox::mount_option_words()},
        {"linux",
         {{"namespaces", names_of<oci::NamespaceType>()},
          {"capabilities", oci::capability_names},
          {"cgroup", {{"v1", true}, {"v2", true}, {"systemd", true}, {"systemdUser", true}, {"rdma", true}}},
          {"seccomp",
           {{"enabled", true},
            {"actions", names_of<oci::SeccompAction>()},
            {"operators", names_of<oci::SeccompOperator>()},
            {"archs", Json::array({"SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM", "SCMP_ARCH_MIPS", "SCMP_ARCH_MIPS64",
                                   "SCMP_ARCH_MIPS64N32", "SCMP_ARCH_MIPSEL", "SCMP_ARCH_MIPSEL64",
                                   "SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_PPC", "SCMP_ARCH_PPC64",
                                   "SCMP_ARCH_PPC64LE", "SCMP_ARCH_RISCV64", "SCMP_ARCH_S390",
                                   "SCMP_ARCH_S390X", "SCMP_ARCH_X32", "SCMP_ARCH_X86", "SCMP_ARCH_X86_64"})},
            {"knownFlags", names_of<oci::SeccompFlag>()},
            {"supportedFlags", names_of<oci::SeccompFlag>()}}},
          {"apparmor", {{"enabled", true}}},
          {"selinux", {{"enabled", true}}},
          {"intelRdt", {{"enabled", true}}},
          {"mountExtensions", {{"idmap", {{"enabled", true}}}}}}},
        {"annotations",
         {{"org.slipway.version", SLIPWAY_VERSION}, {"run.oci.crun.checkpoint.enabled", "true"}}},
        {"potentiallyUnsafeConfigAnnotations", Json::array({"run.oci."})},
    };
    write_all(1, json_text(document, StrayBytes::refused, 2) + "\n", "standard output");
    return 0;
}

} // namespace slipway::oci_runtime
