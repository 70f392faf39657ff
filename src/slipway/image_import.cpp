// SPDX-License-Identifier: LGPL-2.1-or-later
// image import: an archive's descriptor goes to the engine; its job is watched to the end, or cancelled by
// Ctrl-C.
#include "client/job.hpp"
#include "client/manager.hpp"
#include "slipway/container_text.hpp"
#include "slipway/output.hpp"
#include "slipway/progress_line.hpp"
#include "slipway/signal_inbox.hpp"
#include "slipway/terminal.hpp"
#include "slipway/verbs.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace slipway::cli {

namespace {

Fd open_archive(const std::string& file)
{
    if (file != "-")
        return Fd{check(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY), "open", file)};
    if (is_terminal(STDIN_FILENO))
        throw Failure{ErrorCode::invalid_argument,
                      "standard input is a terminal; give an archive, as in "
                      "'mmdebstrap bookworm | slipway image import - debian:bookworm'"};
    return Fd{check(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), "use standard input")};
}

// One import, from the call to the end of its job.
class Import {
  public:
    explicit Import(Context& context)
        : context_{&context}, inbox_{SIGINT, SIGTERM, SIGHUP},
          watch_{context.engine(), [this](const client::Progress& progress) { line_.show(progress); }}
    {
        sd_event_source* source = nullptr;
        check_negative(sd_event_add_io(context.loop().bare(), &source, inbox_.number(), EPOLLIN,
                                       &Import::signal_came, this),
                       "listen for signals");
        source_ = async::Source{source};
    }
    Import(const Import&) = delete;
    Import& operator=(const Import&) = delete;
    Import(Import&&) = delete;
    Import& operator=(Import&&) = delete;
    ~Import() = default;

    // The path of the image.
    std::string run(Fd archive, const std::string& reference, const std::vector<std::string>& changes)
    {
        client::Manager manager{context_->engine()};
        job_ = context_->await(manager.import_image(archive.number(), reference, changes));
        archive.reset();
        if (signals_ > 0)
            ask_for_end();
        async::Task<std::string> end = watch_.wait(job_);
        end.start();
        while (!end.is_done()) {
            context_->loop().run_once(UINT64_MAX);
            if (signals_ > 1)
                throw Failure{ErrorCode::cancelled, "left before the engine had undone the import"};
        }
        line_.clear();
        return end.take();
    }

  private:
    static int signal_came(sd_event_source*, int, std::uint32_t, void* userdata)
    {
        auto* const self = static_cast<Import*>(userdata);
        while (self->inbox_.take())
            ++self->signals_;
        if (!self->job_.empty())
            self->ask_for_end();
        return 0;
    }

    void ask_for_end()
    {
        if (cancel_)
            return;
        cancel_ = watch_.cancel(job_);
        cancel_.start();
    }

    Context* context_;
    SignalInbox inbox_;
    ProgressLine line_;
    client::JobWatch watch_;
    async::Source source_;
    std::string job_;
    int signals_ = 0;
    async::Task<> cancel_;
};

} // namespace

int image_import(Context& context, const Arguments& arguments)
{
    std::string file;
    std::string reference;
    std::vector<std::string> changes;
    Options options{
        "image import [-c INSTRUCTION]... FILE|- REFERENCE",
        "Makes an image of one layer from a tar archive of a root file system, plain or compressed, and "
        "prints its ID."};
    options.list("-c,--change", changes, "INSTRUCTION",
                 "Set the image's configuration, as in 'CMD [\"sh\"]'");
    options.operand("FILE", file, "The archive; - for standard input");
    options.operand("REFERENCE", reference, "The image's name, such as debian:bookworm");
    options.parse(arguments);

    Fd archive = open_archive(file);
    std::string path;
    {
        Import import{context};
        path = import.run(std::move(archive), reference, changes);
    }
    print_line("sha256:" + image_id(path));
    return 0;
}

} // namespace slipway::cli
