// SPDX-License-Identifier: LGPL-2.1-or-later
// System call filters: compiled by libseccomp as a binary tree, kept by the policy's own text.
#include "sandbox/filter.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "oci/runtime_config.hpp"
#include "sandbox/default_policy.hpp"
#include "slipway_config.hpp"

#include <seccomp.h>

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <set>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

namespace slipway::sandbox {

namespace {

constexpr std::uint32_t optimize_as_tree = 2; // seccomp_attr_set(3)

// Released with the last use of it.
class Context {
  public:
    explicit Context(std::uint32_t default_action) : context_{::seccomp_init(default_action)}
    {
        if (context_ == nullptr)
            throw Failure{ErrorCode::not_supported, "linux.seccomp: cannot make a system call filter"};
    }
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    Context(Context&&) = delete;
    Context& operator=(Context&&) = delete;
    ~Context() { ::seccomp_release(context_); }
    scmp_filter_ctx get() const noexcept { return context_; }

  private:
    scmp_filter_ctx context_;
};

std::uint32_t action_number(oci::SeccompAction action, std::optional<std::uint32_t> value)
{
    const std::uint16_t error = static_cast<std::uint16_t>(value.value_or(EPERM));
    switch (action) {
    case oci::SeccompAction::kill_thread:
        return SCMP_ACT_KILL_THREAD;
    case oci::SeccompAction::kill_process:
        return SCMP_ACT_KILL_PROCESS;
    case oci::SeccompAction::trap:
        return SCMP_ACT_TRAP;
    case oci::SeccompAction::error:
        return SCMP_ACT_ERRNO(error);
    case oci::SeccompAction::trace:
        return SCMP_ACT_TRACE(error);
    case oci::SeccompAction::allow:
        return SCMP_ACT_ALLOW;
    case oci::SeccompAction::log:
        return SCMP_ACT_LOG;
    case oci::SeccompAction::notify:
        return SCMP_ACT_NOTIFY;
    }
    return SCMP_ACT_KILL_PROCESS;
}

scmp_compare operator_number(oci::SeccompOperator op)
{
    switch (op) {
    case oci::SeccompOperator::not_equal:
        return SCMP_CMP_NE;
    case oci::SeccompOperator::less:
        return SCMP_CMP_LT;
    case oci::SeccompOperator::less_equal:
        return SCMP_CMP_LE;
    case oci::SeccompOperator::equal:
        return SCMP_CMP_EQ;
    case oci::SeccompOperator::greater_equal:
        return SCMP_CMP_GE;
    case oci::SeccompOperator::greater:
        return SCMP_CMP_GT;
    case oci::SeccompOperator::masked_equal:
        return SCMP_CMP_MASKED_EQ;
    }
    return SCMP_CMP_EQ;
}

void add_architectures(const Context& context, const std::vector<std::string>& names)
{
    for (const std::string& name : names) {
        std::string token = name.substr(std::strlen("SCMP_ARCH_"));
        std::transform(token.begin(), token.end(), token.begin(),
                       [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
        const std::uint32_t architecture = ::seccomp_arch_resolve_name(token.c_str());
        // Newer than this libseccomp, or of the other byte order: no program of it can run here.
        if (architecture == 0)
            continue;
        const int result = ::seccomp_arch_add(context.get(), architecture);
        if (result != 0 && result != -EEXIST && result != -EDOM)
            throw errno_failure(-result, "linux.seccomp: filter for", name);
    }
}

void add_rule(const Context& context, std::uint32_t action, int call,
              const std::vector<scmp_arg_cmp>& conditions)
{
    check_negative(::seccomp_rule_add_array(context.get(), action, call,
                                            static_cast<unsigned>(conditions.size()), conditions.data()),
                   "linux.seccomp: add a rule");
}

void add_rules(const Context& context, const oci::SeccompRule& rule, std::uint32_t default_action)
{
    const std::uint32_t action = action_number(rule.action, rule.errno_ret);
    if (action == default_action)
        return;
    std::vector<scmp_arg_cmp> conditions;
    std::set<std::uint32_t> indices;
    for (const oci::SeccompArgument& argument : rule.args) {
        conditions.push_back(
            {argument.index, operator_number(argument.op), argument.value, argument.value_two});
        indices.insert(argument.index);
    }
    for (const std::string& name : rule.names) {
        const int call = ::seccomp_syscall_resolve_name(name.c_str());
        if (call == __NR_SCMP_ERROR)
            continue;
        if (indices.size() == conditions.size()) {
            add_rule(context, action, call, conditions);
            continue;
        }
        // libseccomp takes one condition an argument: several are alternatives, as other runtimes have it.
        for (const scmp_arg_cmp& condition : conditions)
            add_rule(context, action, call, {condition});
    }
}

std::vector<sock_filter> program_of(const Context& context)
{
    const Fd file{check(::memfd_create("filter", MFD_CLOEXEC), "make a memory file")};
    check_negative(::seccomp_export_bpf(context.get(), file.number()), "linux.seccomp: compile");
    check(::lseek(file.number(), 0, SEEK_SET), "read the filter");
    const std::string bytes = read_all(file.number(), "the filter");
    std::vector<sock_filter> program(bytes.size() / sizeof(sock_filter));
    std::memcpy(program.data(), bytes.data(), program.size() * sizeof(sock_filter));
    return program;
}

std::vector<sock_filter> compile(const oci::Seccomp& policy)
{
    const std::uint32_t default_action = action_number(policy.default_action, policy.default_errno_ret);
    const Context context{default_action};
    check_negative(::seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, optimize_as_tree),
                   "linux.seccomp: ask for a tree");
    add_architectures(context, policy.architectures);
    for (const oci::SeccompRule& rule : policy.syscalls)
        add_rules(context, rule, default_action);
    return program_of(context);
}

unsigned flags_of(const oci::Seccomp& policy)
{
    unsigned flags = 0;
    for (const oci::SeccompFlag flag : policy.flags) {
        if (flag == oci::SeccompFlag::log)
            flags |= SECCOMP_FILTER_FLAG_LOG;
        else if (flag == oci::SeccompFlag::spec_allow)
            flags |= SECCOMP_FILTER_FLAG_SPEC_ALLOW;
        else if (flag == oci::SeccompFlag::wait_killable)
            flags |= 1U << 5U; // SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, Linux 5.19
        // tsync is for several threads, and we have one.
    }
    if (!policy.listener_path.empty())
        flags |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
    return flags;
}

// Compiled filters in a directory that only we can write to. Each file has the whole key in front of the
// program, so that two policies of the same hash are not taken for each other.
class Shelf {
  public:
    // NAME: the policy's text, or whatever else tells it from all others.
    Shelf(std::string directory, const std::string& name) : directory_{std::move(directory)}
    {
        if (directory_.empty())
            return;
        utsname kernel{};
        ::uname(&kernel);
        const scmp_version* const version = ::seccomp_version();
        key_ = std::string{static_cast<const char*>(kernel.machine)} + " " + std::to_string(version->major) +
               "." + std::to_string(version->minor) + "." + std::to_string(version->micro) + " " + name +
               "\n";
        if (::mkdir(directory_.c_str(), 0700) < 0 && errno != EEXIST)
            key_.clear();
        struct stat status {};
        if (::lstat(directory_.c_str(), &status) < 0 || !S_ISDIR(status.st_mode) ||
            status.st_uid != ::geteuid() || (status.st_mode & 022) != 0)
            key_.clear();
    }

    std::vector<sock_filter> find() const
    {
        if (key_.empty())
            return {};
        try {
            const std::optional<std::string> content = find_file(path(), 4U << 20U);
            if (!content || !content->starts_with(key_) ||
                (content->size() - key_.size()) % sizeof(sock_filter) != 0)
                return {};
            std::vector<sock_filter> program((content->size() - key_.size()) / sizeof(sock_filter));
            std::memcpy(program.data(), content->data() + key_.size(), content->size() - key_.size());
            return program;
        } catch (const Failure&) {
            return {};
        }
    }

    void put(const std::vector<sock_filter>& program) const
    {
        if (key_.empty())
            return;
        const std::string bytes{
            reinterpret_cast<const char*>(program.data()), // NOLINT: as the kernel takes it
            program.size() * sizeof(sock_filter)};
        try {
            replace_file(path(), key_ + bytes, Durability::page_cache);
        } catch (const Failure&) {
            return; // the next one compiles again
        }
    }

  private:
    std::string path() const
    {
        std::uint64_t hash = 0xcbf29ce484222325; // FNV-1a
        for (const char letter : key_)
            hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3;
        return directory_ + "/" + std::to_string(hash) + ".bpf";
    }

    std::string directory_;
    std::string key_; // empty: there is no shelf
};

} // namespace

Filter::Filter(const std::string& name, const std::function<oci::Seccomp()>& policy,
               const std::string& directory)
{
    const Shelf shelf{directory, name};
    program_ = shelf.find();
    if (!program_.empty())
        return;
    program_ = compile(policy());
    shelf.put(program_);
}

Filter::Filter(const oci::Seccomp& policy, const std::string& directory)
    : Filter{oci::to_json(policy), [&policy] { return policy; }, directory}
{
    flags_ = flags_of(policy);
}

Filter::Filter(std::uint64_t bounding, const std::string& directory)
    : Filter{"default of " SLIPWAY_VERSION " for " + std::to_string(bounding),
             [bounding] { return default_policy(bounding); }, directory}
{
}

Fd Filter::load() const
{
    const sock_fprog program{static_cast<unsigned short>(program_.size()),
                             const_cast<sock_filter*>(program_.data())}; // NOLINT: seccomp(2) does not write
    const long result = check(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags_, &program),
                              "linux.seccomp: load the filter");
    if ((flags_ & SECCOMP_FILTER_FLAG_NEW_LISTENER) == 0)
        return Fd{};
    return Fd{static_cast<int>(result)};
}

} // namespace slipway::sandbox
