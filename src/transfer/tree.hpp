// SPDX-License-Identifier: LGPL-2.1-or-later
// Tree: the directory that is being filled, entry by entry, never outside of it whatever the entries say.
//
// Every name is looked up from the root's descriptor: the parent by find_directory(), the last component by
// calls that follow no link and replace nothing (O_EXCL, mkdirat(2)…). Where a name is taken, what has it
// goes first; a directory over a directory keeps what is in it. Times and ACLs of directories are set at the
// end, since new entries would change the times and inherit the ACLs.
#pragma once

#include "base/fd.hpp"
#include "transfer/directory_finder.hpp"
#include "transfer/entry.hpp"

#include <map>
#include <string>
#include <sys/types.h>

namespace slipway::transfer {

class Tree {
  public:
    // ROOT: an open, empty directory, owned by the caller. The umask must be 0.
    explicit Tree(int root, Finding finding = Finding::best) : root_{root}, finding_{finding} {}

    // Makes all but files and devices. Throws Failure: hostile_archive, unreadable_archive, no_space,
    // io_error, not_supported.
    void add(const Entry& entry);
    // A file without content, open for writing; end_file() gives it owner, mode, attributes and time.
    Fd begin_file(const Entry& entry);
    static void end_file(const Fd& file, const Entry& entry);
    // What had to wait.
    void finish();

  private:
    // What is left to set for a directory.
    struct Late {
        timespec mtime{};
        std::vector<Xattr> xattrs;
    };

    int open_parent(const std::string& path, const std::string& name);
    Fd make_parents(const std::string& path, const std::string& name);
    void make_room(int parent, const Entry& entry, const std::string& base);
    void add_directory(const Entry& entry);
    void add_symbolic_link(const Entry& entry);
    void add_hard_link(const Entry& entry);
    void add_fifo(const Entry& entry);
    template <typename Make>
    void make(const Entry& entry, const char* deed, Make make);

    int root_;
    Finding finding_;
    // The parent of the last entry: most entries follow their siblings.
    std::string parent_path_;
    Fd parent_;
    bool is_parent_stale_ = false;
    std::map<std::string, Late> late_;
};

} // namespace slipway::transfer
