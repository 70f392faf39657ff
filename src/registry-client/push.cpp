// SPDX-License-Identifier: LGPL-2.1-or-later
// Push: HEAD, a mount, or POST, PATCH and PUT (OCI distribution specification, "Pushing blobs").
#include "registry-client/push.hpp"

#include "async/timer.hpp"
#include "oci/http_fields.hpp"
#include "registry-client/answers.hpp"
#include "registry-client/parcel_reader.hpp"

#include <algorithm>

namespace slipway::registry_client {

namespace {

class Upload {
  public:
    Upload(Origin& origin, Parcel parcel, Progress progress)
        : origin_{&origin}, digest_{parcel.digest}, size_{parcel.size},
          mount_from_{std::move(parcel.mount_from)}, progress_{std::move(progress)}
    {
        if (!parcel.content)
            return;
        reader_.emplace(origin.http().loop(), std::move(parcel.content));
        if (const auto size = reader_->size(); size && size_ && *size != *size_)
            throw Failure{ErrorCode::invalid_argument, "what is to be sent has " + std::to_string(*size) +
                                                           " bytes, not " + std::to_string(*size_)};
        if (!size_)
            size_ = reader_->size();
    }

    async::Task<Receipt> run();
    // Without sending anything.
    async::Task<std::optional<registry::Arrival>> find();

  private:
    async::Task<bool> is_there();
    async::Task<bool> begin();
    async::Task<bool> mount(std::string from);
    async::Task<bool> mount_any();
    async::Task<> send_all();
    async::Task<std::exception_ptr> send_rest();
    async::Task<> find_place();
    async::Task<> finish(Digest digest);
    async::Task<> abandon();

    std::string deed() const
    {
        return (reader_ ? "sending the blob" : "looking for the blob") +
               (digest_ ? " " + digest_->text() : std::string{});
    }
    std::string uploads() const { return origin_->repository() + "/blobs/uploads/"; }
    Scopes scopes() const { return origin_->scopes("pull,push"); }
    async::Task<> take_location(HttpAnswer answer, std::string path);

    Origin* origin_;
    std::optional<ParcelReader> reader_; // nothing: there is nothing to send
    std::optional<Digest> digest_;
    std::optional<std::uint64_t> size_;
    std::vector<std::string> mount_from_;
    Progress progress_;
    std::optional<Url> location_;
    bool may_go_on_ = false;
};

async::Task<bool> Upload::is_there()
{
    Call call;
    call.deed = deed();
    call.method = "HEAD";
    call.path = origin_->repository() + "/blobs/" + digest_->text();
    call.scopes = scopes();
    const HttpAnswer answer = co_await origin_->call(std::move(call));
    if (answer.status == 401 || answer.status == 403)
        throw failure_of(answer, deed(), origin_->host());
    co_return answer.status == 200;
}

async::Task<> Upload::take_location(HttpAnswer answer, std::string path)
{
    const std::string location = answer.header("location");
    if (location.empty())
        throw Failure{ErrorCode::registry_failed, deed() + ": " + origin_->host() + " says not where to"};
    if (!location_)
        location_ = co_await origin_->url_of(std::move(path));
    location_ = location_->resolve(location);
}

async::Task<bool> Upload::mount(std::string from)
{
    Call call;
    call.deed = deed();
    call.method = "POST";
    call.path = uploads() + "?mount=" + url_escaped(digest_->text()) + "&from=" + url_escaped(from);
    call.scopes = scopes();
    call.scopes.insert(Origin::scope(from, "pull"));
    HttpAnswer answer = co_await origin_->call(std::move(call));
    if (answer.status == 201)
        co_return true;
    // Not to be had from there: then it is to be sent, and this is where to.
    if (answer.status == 202)
        co_await take_location(std::move(answer), uploads());
    co_return false;
}

// From the first repository that has it. Where none has, an upload may have begun.
async::Task<bool> Upload::mount_any()
{
    for (const std::string& from : mount_from_) {
        if (location_)
            co_await abandon();
        const bool is_mounted = co_await mount(from);
        if (is_mounted)
            co_return true;
    }
    co_return false;
}

// True if nothing is left to do.
async::Task<bool> Upload::begin()
{
    bool is_mounted = false;
    if (digest_)
        is_mounted = co_await mount_any();
    if (is_mounted)
        co_return true;
    if (location_)
        co_return false;
    Call call;
    call.deed = deed();
    call.method = "POST";
    call.path = uploads();
    call.scopes = scopes();
    HttpAnswer answer = co_await origin_->call(std::move(call), 202);
    co_await take_location(std::move(answer), uploads());
    co_return false;
}

// Why it broke; nothing if all is sent.
async::Task<std::exception_ptr> Upload::send_rest()
{
    const std::uint64_t from = reader_->count();
    Call call;
    call.deed = deed();
    call.method = "PATCH";
    call.url = location_;
    call.scopes = scopes();
    call.headers.emplace_back("Content-Type: application/octet-stream");
    if (size_) {
        call.body_size = *size_ - std::min(*size_, from);
        if (from != 0 && *size_ > from)
            call.headers.push_back("Content-Range: " + std::to_string(from) + "-" +
                                   std::to_string(*size_ - 1));
    }
    call.source = [this](char* buffer, std::size_t room) {
        const std::size_t count = reader_->read(buffer, room);
        if (count != not_yet && progress_)
            progress_(reader_->count());
        return count;
    };
    call.flow = &reader_->flow();
    HttpAnswer answer;
    try {
        answer = co_await origin_->call(std::move(call));
    } catch (const ConnectionFailure& failure) {
        may_go_on_ = true;
        co_return std::make_exception_ptr(failure.within(deed()));
    }
    if (answer.status == 202 || answer.status == 201 || answer.status == 204) {
        if (!answer.header("location").empty())
            co_await take_location(std::move(answer), {});
        co_return nullptr;
    }
    may_go_on_ = is_passing(answer.status) || answer.status == 401 || answer.status == 416;
    co_return std::make_exception_ptr(failure_of(answer, deed(), origin_->host()));
}

// After a break: what the registry has, or from the beginning.
async::Task<> Upload::find_place()
{
    Call call;
    call.deed = deed();
    call.url = location_;
    call.scopes = scopes();
    HttpAnswer answer = co_await origin_->call(std::move(call));
    const auto known = oci::parse_upload_range(answer.header("range"));
    if ((answer.status == 204 || answer.status == 202) && known && *known <= reader_->count()) {
        reader_->rewind(*known);
        if (!answer.header("location").empty())
            co_await take_location(std::move(answer), {});
        co_return;
    }
    location_.reset();
    mount_from_.clear();
    reader_->rewind(0);
    static_cast<void>(co_await begin());
}

async::Task<> Upload::send_all()
{
    const registry::Patience& patience = origin_->http().patience();
    for (unsigned attempt = 1;; ++attempt) {
        may_go_on_ = false;
        const std::exception_ptr failure = co_await send_rest();
        if (!failure)
            co_return;
        if (!may_go_on_ || !reader_->can_rewind() || attempt >= patience.attempts)
            std::rethrow_exception(failure);
        const auto delay =
            std::min(patience.first_delay * (1U << std::min(attempt - 1, 10U)), patience.longest_delay);
        co_await async::sleep_for(origin_->http().loop(), delay);
        co_await find_place();
    }
}

async::Task<> Upload::abandon()
{
    Call call;
    call.deed = deed();
    call.method = "DELETE";
    call.url = std::exchange(location_, std::nullopt);
    call.scopes = scopes();
    // Whether it can do that is its own affair: it forgets uploads by itself.
    static_cast<void>(co_await origin_->call(std::move(call)));
}

async::Task<> Upload::finish(Digest digest)
{
    Call call;
    call.deed = deed();
    call.method = "PUT";
    call.url = location_->with_query("digest", digest.text());
    call.scopes = scopes();
    call.headers.emplace_back("Content-Type: application/octet-stream");
    const HttpAnswer answer = co_await origin_->call(std::move(call), 201);
    const Result<Digest> claimed = Digest::parse(answer.header("docker-content-digest"));
    if (claimed && claimed.value() != digest)
        throw Failure{ErrorCode::digest_mismatch, origin_->host() + " has got another blob, " +
                                                      claimed.value().text() + " instead of " +
                                                      digest.text()};
}

async::Task<std::optional<registry::Arrival>> Upload::find()
{
    const bool is_present = co_await is_there();
    if (is_present)
        co_return registry::Arrival::existed;
    const bool is_mounted = co_await mount_any();
    if (is_mounted)
        co_return registry::Arrival::mounted;
    if (location_)
        co_await abandon();
    co_return std::nullopt;
}

async::Task<Receipt> Upload::run()
{
    bool is_present = false;
    if (digest_)
        is_present = co_await is_there();
    if (is_present)
        co_return Receipt{registry::Arrival::existed, *digest_, size_.value_or(0)};
    const bool is_mounted = co_await begin();
    if (is_mounted)
        co_return Receipt{registry::Arrival::mounted, *digest_, size_.value_or(0)};
    co_await send_all();
    const Digest found = reader_->digest();
    if (digest_ && found != *digest_) {
        co_await abandon();
        throw Failure{ErrorCode::digest_mismatch,
                      "what was sent as the blob " + digest_->text() + " has the digest " + found.text()};
    }
    co_await finish(found);
    co_return Receipt{registry::Arrival::uploaded, found, reader_->count()};
}

} // namespace

async::Task<Receipt> push_blob(Origins& origins, Parcel parcel, Progress progress)
{
    Upload upload{origins.registry(), std::move(parcel), std::move(progress)};
    co_return co_await upload.run();
}

async::Task<std::optional<registry::Arrival>> find_blob(Origins& origins, Digest digest,
                                                        std::vector<std::string> mount_from)
{
    Parcel nothing;
    nothing.digest = std::move(digest);
    nothing.mount_from = std::move(mount_from);
    Upload upload{origins.registry(), std::move(nothing), {}};
    co_return co_await upload.find();
}

} // namespace slipway::registry_client
