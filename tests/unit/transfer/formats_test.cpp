// SPDX-License-Identifier: LGPL-2.1-or-later
// Archives as tools make them: every format that libarchive (bsdtar) writes, and every compression, come
// back.
#include "base/failure.hpp"
#include "hashing/sha256.hpp"
#include "layer_fixture.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <string>
#include <utility>
#include <vector>

namespace slipway::transfer {
namespace {

class AnArchive : public testing::LayerFixture {};

struct Wish {
    std::string name;
    mode_t type = AE_IFREG;
    std::string content{};
    std::string link{};
    std::vector<std::pair<std::int64_t, std::int64_t>> sparse{};
};

class Maker {
  public:
    Maker(const char* format, const char* filter) : writer_{::archive_write_new()}
    {
        EXPECT_EQ(::archive_write_set_format_by_name(writer_, format), ARCHIVE_OK) << format;
        if (*filter != '\0') {
            EXPECT_EQ(::archive_write_add_filter_by_name(writer_, filter), ARCHIVE_OK) << filter;
        }
        ::archive_write_set_bytes_in_last_block(writer_, 1);
        bytes_.resize(16U << 20U);
        EXPECT_EQ(::archive_write_open_memory(writer_, bytes_.data(), bytes_.size(), &used_), ARCHIVE_OK);
    }
    Maker(const Maker&) = delete;
    Maker& operator=(const Maker&) = delete;
    Maker(Maker&&) = delete;
    Maker& operator=(Maker&&) = delete;
    ~Maker() { ::archive_write_free(writer_); }

    void add(const Wish& wish)
    {
        archive_entry* const entry = ::archive_entry_new();
        ::archive_entry_set_pathname(entry, wish.name.c_str());
        ::archive_entry_set_filetype(entry, wish.type);
        ::archive_entry_set_perm(entry, 0640);
        ::archive_entry_set_size(entry, static_cast<la_int64_t>(wish.content.size()));
        ::archive_entry_set_mtime(entry, 1'700'000'000, 123'456'789);
        if (wish.type == AE_IFLNK)
            ::archive_entry_set_symlink(entry, wish.link.c_str());
        else if (!wish.link.empty())
            ::archive_entry_set_hardlink(entry, wish.link.c_str());
        for (const auto& [offset, size] : wish.sparse)
            ::archive_entry_sparse_add_entry(entry, offset, size);
        // What a format cannot say is a refusal of the one entry.
        if (::archive_write_header(writer_, entry) >= ARCHIVE_WARN && !wish.content.empty())
            ::archive_write_data(writer_, wish.content.data(), wish.content.size());
        ::archive_entry_free(entry);
    }
    std::string finish()
    {
        EXPECT_EQ(::archive_write_close(writer_), ARCHIVE_OK);
        return bytes_.substr(0, used_);
    }

  private:
    archive* writer_;
    std::string bytes_;
    std::size_t used_ = 0;
};

std::string make(const char* format, const char* filter = "")
{
    Maker maker{format, filter};
    std::string content;
    for (unsigned i = 0; i < 60'000; ++i)
        content += static_cast<char>(i * i / 7);
    std::string sparse(3'000'000, '\0');
    sparse.replace(100'000, 7, "content");
    sparse.replace(2'000'000, content.size(), content);
    maker.add({"directory/", AE_IFDIR});
    maker.add({"directory/file", AE_IFREG, content});
    maker.add({"directory/" + std::string(90, 'l') + "/" + std::string(90, 'o'), AE_IFREG, content});
    maker.add({std::string(200, 'n') + "/" + std::string(200, 'g'), AE_IFREG, "long"});
    maker.add({"ünï cödé\n", AE_IFREG, "names"});
    maker.add({"soft", AE_IFLNK, {}, std::string(150, 't')});
    maker.add({"hard", AE_IFREG, {}, "directory/file"});
    maker.add({"sparse",
               AE_IFREG,
               sparse,
               {},
               {{100'000, 7}, {2'000'000, static_cast<std::int64_t>(content.size())}}});
    maker.add({"holes", AE_IFREG, std::string(1'000'000, '\0'), {}, {{1'000'000, 0}}});
    maker.add({"directory/file", AE_IFREG, "replaced"});
    maker.add({"sparse", AE_IFREG, "replaced"});
    maker.add({"directory/.wh.gone", AE_IFREG});
    return maker.finish();
}

TEST_F(AnArchive, OfEveryFormatComesBack)
{
    for (const char* format : {"ustar", "pax", "paxr", "gnutar", "v7tar"}) {
        const std::string bytes = make(format);
        EXPECT_TRUE(comes_back(bytes, Purpose::layer)) << format;
        EXPECT_TRUE(comes_back(bytes)) << format;
    }
}

TEST_F(AnArchive, IsTheSameWhateverItsCompression)
{
    const std::string plain = make("pax");
    for (const char* filter : {"gzip", "zstd", "xz", "bzip2"}) {
        const std::string bytes = make("pax", filter);
        EXPECT_LT(bytes.size(), plain.size()) << filter;
        const Unpacked result = unpack_layer(bytes);
        EXPECT_EQ(result.size, plain.size()) << filter;
        EXPECT_EQ(result.diff_id, hashing::digest_of(plain)) << filter;
        EXPECT_EQ(hashing::digest_of(assembled()), result.diff_id) << filter;
    }
}

std::string compressed(std::string_view bytes, const char* filter)
{
    Maker maker{"raw", filter};
    maker.add({"x", AE_IFREG, std::string{bytes}});
    return maker.finish();
}

// zstd:chunked and estargz are frames, or members, one after the other, with tables in frames to be skipped.
TEST_F(AnArchive, MayBeInPiecesWithTablesBetween)
{
    const std::string plain = make("pax");
    const std::string skippable{"\x50\x2a\x4d\x18\x05\0\0\0table", 13};
    for (const std::string filter : {"gzip", "zstd"}) {
        std::string pieces;
        const std::size_t size = plain.size() / 5 + 1;
        for (std::size_t at = 0; at < plain.size(); at += size) {
            pieces += compressed(std::string_view{plain}.substr(at, size), filter.c_str());
            if (filter == "zstd")
                pieces += skippable;
        }
        EXPECT_EQ(unpack_layer(pieces).diff_id, hashing::digest_of(plain)) << filter;
    }
}

TEST_F(AnArchive, ThatIsCutIsTruncatedWhateverItsCompression)
{
    for (const char* filter : {"", "gzip", "zstd", "xz", "bzip2"}) {
        const std::string bytes = make("pax", filter);
        for (const std::size_t part : {2U, 3U, 5U})
            EXPECT_EQ(refusal_of(bytes.substr(0, bytes.size() / part)), ErrorCode::truncated_archive)
                << filter;
    }
}

} // namespace
} // namespace slipway::transfer
