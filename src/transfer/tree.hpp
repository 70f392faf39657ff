// SPDX-License-Identifier: LGPL-2.1-or-later
// Tree: the directory that is being filled, entry by entry, never outside of it whatever the entries say.
//
// Every name is looked up from the root's descriptor: the parent by find_directory(), the last component by
// calls that follow no link and replace nothing (O_EXCL, mkdirat(2)…). Where a name is taken, what has it
// goes first, files' contents into the recipe; a directory over a directory keeps what is in it. Times and
// ACLs of directories are set at the end, since new entries would change the times and inherit the ACLs.
// Somebody else's directory is treated with more respect (Respect::kinds).
#pragma once

#include "base/fd.hpp"
#include "transfer/directory_finder.hpp"
#include "transfer/entry.hpp"
#include "transfer/recipe_writer.hpp"
#include "transfer/whiteout.hpp"

#include <map>
#include <set>
#include <string>
#include <sys/types.h>

namespace slipway::transfer {

enum class Respect {
    none,
    // A directory that is there stays as it is, and nothing else takes its place or is replaced by one; a
    // file that something is mounted on is written to.
    kinds,
};

class Tree {
  public:
    // ROOT: an open directory, owned by the caller, and without RESPECT an empty one. The umask must be 0.
    // RECIPE may be nullptr.
    Tree(int root, Finding finding, OverlayMarks marks, RecipeWriter* recipe, Respect respect = Respect::none)
        : root_{root}, finding_{finding}, marks_{marks}, recipe_{recipe}, respect_{respect}
    {
    }

    // Makes all but files and devices. Throws Failure: hostile_archive, unreadable_archive, no_space,
    // io_error, not_supported.
    void add(const Entry& entry);
    // A file without content, open for writing; end_file() gives it owner, mode, attributes and time.
    Fd begin_file(const Entry& entry);
    // Where the file that was begun last is, by a way without symbolic links.
    std::string file_path() const;
    static void end_file(const Fd& file, const Entry& entry);
    // NAME is that of a layer's archive, with its prefix. What this layer has itself stays: a whiteout takes
    // away files of the layers below (layer.md), wherever in the archive it stands.
    void add_whiteout(const std::string& name);
    void add_opaque(const std::string& name);
    // What had to wait.
    void finish();

  private:
    // What is left to set for a directory.
    struct Late {
        timespec mtime{};
        std::vector<Xattr> xattrs;
    };

    enum class Former { whiteout, other, in_use };

    int open_parent(const std::string& path, const std::string& name);
    Fd make_parents(const std::string& path, const std::string& name);
    bool has_replaced_whiteout(int parent, const std::string& base, const std::string& name);
    Former make_room(int parent, const Entry& entry, const std::string& base);
    void shelve(int parent, const std::string& base, const std::string& path);
    void shelve_below(const std::string& path);
    std::string plain_path(const std::string& base) const;
    Fd begin_again(int parent, const Entry& entry);
    void add_directory(const Entry& entry);
    void add_symbolic_link(const Entry& entry);
    void add_hard_link(const Entry& entry);
    void add_fifo(const Entry& entry);
    template <typename Make>
    void make(const Entry& entry, const char* deed, Make make);

    int root_;
    Finding finding_;
    OverlayMarks marks_;
    RecipeWriter* recipe_;
    Respect respect_;
    // The parent of the last entry: most entries follow their siblings.
    std::string parent_path_;
    std::string plain_parent_; // without symbolic links
    Fd parent_;
    bool is_parent_stale_ = false;
    bool is_in_use_ = false; // what has the name of the file that is being begun
    std::string file_base_;
    // Names that were made as hard links: the recipe has the content by another one.
    std::set<std::string> links_;
    std::map<std::string, Late> late_;
};

} // namespace slipway::transfer
