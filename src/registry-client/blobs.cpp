// SPDX-License-Identifier: LGPL-2.1-or-later
// Blobs: one exchange after the other, each from where the last one broke, as long as there is progress.
#include "registry-client/blobs.hpp"

#include "async/timer.hpp"
#include "oci/http_fields.hpp"
#include "registry-client/answers.hpp"

#include <algorithm>

namespace slipway::registry_client {

namespace {

// How one exchange went.
struct Try {
    std::exception_ptr failure; // nothing: the content is whole
    // The same place may do better next time.
    bool is_worthwhile = false;
};

Call call_for(const Origin& origin, const BlobName& name, Content& content, const Progress& progress)
{
    const std::uint64_t known = content.received();
    Call call;
    call.deed = "getting the blob " + name.digest.text();
    call.path = origin.repository() + "/blobs/" + name.digest.text();
    call.scopes = origin.scopes("pull");
    if (known != 0)
        call.headers.push_back("Range: bytes=" + std::to_string(known) + "-");
    call.flow = &content.flow();
    call.on_body = [&content, known](const HttpAnswer& answer) {
        content.skip(0);
        if (answer.status != 206) {
            // It knows no ranges: from the beginning on.
            content.skip(known);
            return;
        }
        const auto range = oci::parse_content_range(answer.header("content-range"));
        if (!range || range->first != known)
            throw Failure{ErrorCode::registry_failed,
                          "the registry sends another part of the blob than was asked for"};
    };
    call.sink = [&content, &progress](std::string_view bytes) {
        const Taken taken = content.take(bytes);
        if (taken == Taken::all && progress)
            progress(content.received());
        return taken;
    };
    return call;
}

async::Task<Try> try_at(Origin& origin, const BlobName& name, Content& content, const Progress& progress)
{
    const std::string deed = "getting the blob " + name.digest.text();
    Try result;
    HttpAnswer answer;
    try {
        Call call = call_for(origin, name, content, progress);
        answer = co_await origin.call(std::move(call));
    } catch (const ConnectionFailure& failure) {
        result.failure = std::make_exception_ptr(failure.within(deed));
        result.is_worthwhile = failure.stage() == ConnectionFailure::Stage::transfer;
        co_return result;
    } catch (const Failure& failure) {
        result.failure = std::make_exception_ptr(failure.within(deed));
        co_return result;
    }
    if (content.is_whole() && (answer.status == 200 || answer.status == 206))
        co_return result;
    if (answer.status == 200 || answer.status == 206) {
        result.failure = std::make_exception_ptr(
            Failure{ErrorCode::registry_failed, deed + ": " + origin.host() + " sent " +
                                                    std::to_string(content.received()) + " of " +
                                                    std::to_string(name.size) + " bytes"});
        result.is_worthwhile = true;
    } else {
        result.failure = std::make_exception_ptr(failure_of(answer, deed, origin.host()));
        // It has fewer bytes than the file: those are something else's.
        result.is_worthwhile = answer.status == 416 && content.start_over();
    }
    co_return result;
}

// All that ORIGIN can do. Throws Failure.
async::Task<> get_from(Origin& origin, const BlobName& name, Content& content, const Progress& progress)
{
    const registry::Patience& patience = origin.http().patience();
    unsigned fruitless = 0;
    while (!content.is_whole()) {
        const std::uint64_t before = content.received();
        const Try result = co_await try_at(origin, name, content, progress);
        if (!result.failure)
            break;
        fruitless = content.received() > before ? 1 : fruitless + 1;
        if (!result.is_worthwhile || fruitless >= patience.attempts)
            std::rethrow_exception(result.failure);
        const auto delay =
            std::min(patience.first_delay * (1U << std::min(fruitless - 1, 10U)), patience.longest_delay);
        co_await async::sleep_for(origin.http().loop(), delay);
    }
}

} // namespace

async::Task<> get_blob(Origins& origins, BlobName name, Content& content, Progress progress)
{
    co_await content.take_up();
    bool was_begun = content.received() != 0;
    Failures failures;
    for (Origin* origin : origins.to_ask(Origins::By::digest)) {
        for (bool is_again = true; is_again;) {
            is_again = false;
            try {
                co_await get_from(*origin, name, content, progress);
                const Digest found = content.digest();
                if (found == name.digest) {
                    co_await content.pass_on();
                    co_return;
                }
                failures.add(*origin, Failure{ErrorCode::digest_mismatch,
                                              "the blob " + name.digest.text() + " of " + origin->host() +
                                                  " is not what its digest says, but has " + found.text()});
                content.discard();
                // Bytes from before may have been the wrong ones; another place may have better ones.
                if (!content.start_over())
                    failures.rethrow();
                is_again = std::exchange(was_begun, false);
            } catch (const Failure& failure) {
                if (failure.code() == ErrorCode::cancelled || failure.code() == ErrorCode::no_space)
                    throw;
                if (failure.code() == ErrorCode::digest_mismatch && !content.start_over())
                    throw;
                failures.add(*origin, failure);
            }
        }
    }
    failures.rethrow();
}

} // namespace slipway::registry_client
