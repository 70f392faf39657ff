// SPDX-License-Identifier: LGPL-2.1-or-later
// Mount options: one table of words; whatever is not in it is the file system's own.
#include "sandbox/mount_options.hpp"

#include <array>
#include <string_view>
#include <sys/mount.h>

namespace slipway::sandbox {

namespace {

// MOUNT_ATTR_NOSYMFOLLOW is of Linux 5.14, newer than some C libraries' headers.
constexpr std::uint64_t no_symlink_follow = 0x00200000;

struct AttributeWord {
    std::string_view word; // an "r" in front makes it recursive
    std::uint64_t set;
    std::uint64_t clear;
};

constexpr std::array attribute_words{
    AttributeWord{"ro", MOUNT_ATTR_RDONLY, 0},
    AttributeWord{"rw", 0, MOUNT_ATTR_RDONLY},
    AttributeWord{"nosuid", MOUNT_ATTR_NOSUID, 0},
    AttributeWord{"suid", 0, MOUNT_ATTR_NOSUID},
    AttributeWord{"nodev", MOUNT_ATTR_NODEV, 0},
    AttributeWord{"dev", 0, MOUNT_ATTR_NODEV},
    AttributeWord{"noexec", MOUNT_ATTR_NOEXEC, 0},
    AttributeWord{"exec", 0, MOUNT_ATTR_NOEXEC},
    AttributeWord{"nodiratime", MOUNT_ATTR_NODIRATIME, 0},
    AttributeWord{"diratime", 0, MOUNT_ATTR_NODIRATIME},
    AttributeWord{"nosymfollow", no_symlink_follow, 0},
    AttributeWord{"symfollow", 0, no_symlink_follow},
    // The three ways to keep access times are one field.
    AttributeWord{"relatime", MOUNT_ATTR_RELATIME, MOUNT_ATTR__ATIME},
    AttributeWord{"norelatime", MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME},
    AttributeWord{"noatime", MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME},
    AttributeWord{"atime", MOUNT_ATTR_RELATIME, MOUNT_ATTR__ATIME},
    AttributeWord{"strictatime", MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME},
    AttributeWord{"nostrictatime", MOUNT_ATTR_RELATIME, MOUNT_ATTR__ATIME},
};

struct PropagationWord {
    std::string_view word;
    std::uint64_t flag;
};

constexpr std::array propagation_words{
    PropagationWord{"shared", MS_SHARED},
    PropagationWord{"slave", MS_SLAVE},
    PropagationWord{"private", MS_PRIVATE},
    PropagationWord{"unbindable", MS_UNBINDABLE},
};

void apply(kernel::MountChange& change, const AttributeWord& row)
{
    if (row.clear == MOUNT_ATTR__ATIME)
        change.set &= ~std::uint64_t{MOUNT_ATTR__ATIME};
    change.set = (change.set & ~row.clear) | row.set;
    change.clear = (change.clear & ~row.set) | row.clear;
}

bool apply_attribute(MountOptions& options, std::string_view word)
{
    for (const AttributeWord& row : attribute_words) {
        if (word == row.word)
            apply(options.change, row);
        else if (word.starts_with('r') && word.substr(1) == row.word)
            apply(options.recursive_change, row);
        else
            continue;
        return true;
    }
    for (const PropagationWord& row : propagation_words) {
        if (word == row.word)
            options.change.propagation = row.flag;
        else if (word.starts_with('r') && word.substr(1) == row.word)
            options.recursive_change.propagation = row.flag;
        else
            continue;
        return true;
    }
    return false;
}

} // namespace

std::vector<std::string> mount_option_words()
{
    std::vector<std::string> words{"defaults", "async", "loud",  "nolazytime", "nomand",   "noiversion",
                                   "bind",     "rbind", "idmap", "ridmap",     "tmpcopyup"};
    for (const AttributeWord& row : attribute_words) {
        words.emplace_back(row.word);
        words.push_back("r" + std::string{row.word});
    }
    for (const PropagationWord& row : propagation_words) {
        words.emplace_back(row.word);
        words.push_back("r" + std::string{row.word});
    }
    return words;
}

MountOptions parse_mount_options(const std::vector<std::string>& words)
{
    MountOptions options;
    for (const std::string& word : words) {
        if (word == "defaults" || word == "async" || word == "loud" || word == "nolazytime" ||
            word == "nomand" || word == "noiversion")
            continue;
        if (word == "bind" || word == "rbind") {
            options.is_bind = true;
            options.depth = word == "rbind" ? kernel::Depth::recursive : kernel::Depth::one;
        } else if (word == "idmap") {
            options.id_mapping = IdMapping::one;
        } else if (word == "ridmap") {
            options.id_mapping = IdMapping::recursive;
        } else if (word == "tmpcopyup") {
            options.copies_up = true;
        } else if (!apply_attribute(options, word)) {
            const std::size_t equals = word.find('=');
            if (equals == std::string::npos)
                options.parameters.emplace_back(word, "");
            else
                options.parameters.emplace_back(word.substr(0, equals), word.substr(equals + 1));
        }
    }
    return options;
}

} // namespace slipway::sandbox
