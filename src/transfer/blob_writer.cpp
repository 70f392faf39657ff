// SPDX-License-Identifier: LGPL-2.1-or-later
// BlobWriter: hash, compress, hash, send.
#include "transfer/blob_writer.hpp"

#include <utility>

namespace slipway::transfer {

BlobWriter::BlobWriter(WriteBytes out, Compression compression, unsigned workers)
    : out_{std::move(out)}, compression_{compression}, compressor_{make_compressor(
                                                           compression,
                                                           [this](std::string_view bytes) {
                                                               if (compression_ != Compression::none)
                                                                   hash_.update(bytes);
                                                               size_ += bytes.size();
                                                               out_(bytes);
                                                           },
                                                           workers)}
{
}

void BlobWriter::write(std::string_view bytes)
{
    tar_hash_.update(bytes);
    tar_size_ += bytes.size();
    compressor_->write(bytes);
}

Written BlobWriter::finish()
{
    compressor_->finish();
    const Digest diff_id = tar_hash_.finish();
    return {compression_ == Compression::none ? diff_id : hash_.finish(), size_, diff_id, tar_size_};
}

} // namespace slipway::transfer
