// SPDX-License-Identifier: LGPL-2.1-or-later
// LayerCheck: two processes with a pipe between them, then a third.
#include "engine/care/layer_check.hpp"

#include "async/together.hpp"

#include <sys/stat.h>

namespace slipway::engine {

namespace {

constexpr std::size_t told_at_once = 3;

// What the reader need not be told of one layer of many.
std::string without_advice(std::string text)
{
    for (const std::string_view advice : {": remove the image and get it again"})
        if (text.ends_with(advice))
            text.resize(text.size() - advice.size());
    return text;
}

// Which directory it is, to see that it is another one later; 0 where there is none.
ino_t identity_of(const std::filesystem::path& directory)
{
    struct stat status {};
    return ::lstat(directory.c_str(), &status) == 0 ? status.st_ino : 0;
}

} // namespace

async::Task<> LayerCheck::assemble(const store::LayerParts* parts, Fd pipe, std::exception_ptr* failure)
{
    AssembleRequest request;
    request.directory = parts->directory.number();
    request.recipe = parts->recipe.number();
    request.archive = pipe.number();
    request.progress = progress_;
    try {
        async::Task<Assembled> assembling = workshop_->transfers.assemble(std::move(request));
        assembling.start();
        pipe.reset(); // the process has it now
        const Assembled assembled = co_await assembling;
        if (assembled.digest != diff_id_)
            throw Failure{ErrorCode::damaged_layer,
                          "its files make " + assembled.digest.text() + " instead of " + diff_id_.text()};
    } catch (const Failure&) {
        *failure = std::current_exception();
    }
}

async::Task<> LayerCheck::unpack(Draft* draft, Fd pipe, Names names, std::exception_ptr* failure)
{
    UnpackRequest request;
    request.archive = std::make_shared<Fd>(std::move(pipe));
    request.directory = draft->layer().directory().number();
    request.words = {"--hollow"};
    if (names == Names::of_a_layer)
        request.words.emplace_back("--layer");
    if (workshop_->own_ids->is_users())
        request.words.emplace_back("--overlay=user");
    try {
        async::Task<Unpacked> unpacking = workshop_->transfers.unpack(std::move(request));
        unpacked_ = co_await unpacking;
    } catch (const Failure&) {
        *failure = std::current_exception();
    }
}

async::Task<LayerVerdict> LayerCheck::compare(Names names)
{
    const store::LayerParts parts = workshop_->store->layers().open(chain_id_);
    // Files' times are of a clock that may be some milliseconds behind.
    const std::uint64_t begun = to_usec(now()) / 1'000'000 - 1;
    Draft draft{*workshop_};
    FdPair pipe = make_pipe();
    std::exception_ptr assembly_failure;
    std::exception_ptr unpacking_failure;
    std::vector<async::Task<>> both;
    both.push_back(assemble(&parts, std::move(pipe.second), &assembly_failure));
    both.push_back(unpack(&draft, std::move(pipe.first), names, &unpacking_failure));
    async::Task<> all = async::together(std::move(both), 2);
    co_await all;
    // Where the reader gives up first the writer only learns that nobody listens.
    if (assembly_failure) {
        try {
            std::rethrow_exception(assembly_failure);
        } catch (const Failure& failure) {
            if (!unpacking_failure || failure.code() == ErrorCode::damaged_layer)
                throw;
        }
    }
    if (unpacking_failure)
        std::rethrow_exception(unpacking_failure);

    if (names == Names::of_a_layer && unpacked_.is_opaque != workshop_->store->layers().is_opaque(chain_id_))
        throw Failure{ErrorCode::damaged_layer,
                      unpacked_.is_opaque ? "its mark is missing that it hides what is below"
                                          : "it has a mark that it hides what is below, and does not"};
    CompareRequest request;
    request.directory = parts.directory.number();
    request.expected = draft.layer().directory().number();
    request.made_since = begun;
    if (workshop_->own_ids->is_users())
        request.words.emplace_back("--overlay=user");
    async::Task<Compared> comparing = workshop_->transfers.compare(std::move(request));
    const Compared compared = co_await comparing;
    LayerVerdict verdict{std::nullopt, unpacked_.size};
    if (compared.count == 0)
        co_return verdict;
    std::string text;
    for (std::size_t i = 0; i < std::min(told_at_once, compared.differences.size()); ++i)
        text += (i == 0 ? "" : "; ") + compared.differences[i];
    if (compared.count > told_at_once)
        text += "; and " + std::to_string(compared.count - told_at_once) + " more";
    verdict.fault = std::move(text);
    co_return verdict;
}

async::Task<LayerVerdict> LayerCheck::run()
{
    for (;;) {
        const ino_t identity = identity_of(workshop_->store->layers().path(chain_id_));
        LayerVerdict verdict;
        try {
            if (!workshop_->store->layers().has(chain_id_)) {
                verdict.fault = "it is missing";
                co_return verdict;
            }
            async::Task<LayerVerdict> comparing = compare(Names::of_a_layer);
            verdict = co_await comparing;
            if (verdict.fault) {
                // An import takes names of whiteouts for what they are.
                async::Task<LayerVerdict> again = compare(Names::as_they_are);
                const LayerVerdict other = co_await again;
                if (!other.fault)
                    verdict = other;
            }
        } catch (const Failure& failure) {
            if (failure.code() == ErrorCode::no_space || failure.code() == ErrorCode::cancelled)
                throw;
            verdict.fault = without_advice(failure.message());
        }
        // Removed and brought again meanwhile: what was read may be of the former.
        if (!verdict.fault || identity == identity_of(workshop_->store->layers().path(chain_id_)))
            co_return verdict;
    }
}

} // namespace slipway::engine
