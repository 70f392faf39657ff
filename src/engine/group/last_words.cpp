// SPDX-License-Identifier: LGPL-2.1-or-later
// Groups: what a container that failed has said last, as the journal has it.
#include "engine/group/groups.hpp"

#include <systemd/sd-journal.h>

namespace slipway::engine {

namespace {

constexpr int most_lines = 5;

struct CloseJournal {
    void operator()(sd_journal* journal) const noexcept { sd_journal_close(journal); }
};

// Of its payload; empty where there is no journal to read.
std::string last_lines_of(const std::string& container)
{
    sd_journal* opened = nullptr;
    if (sd_journal_open(&opened, SD_JOURNAL_LOCAL_ONLY) < 0)
        return {};
    const std::unique_ptr<sd_journal, CloseJournal> journal{opened};
    const std::string match = "CONTAINER_ID_FULL=" + container;
    if (sd_journal_add_match(opened, match.data(), match.size()) < 0 || sd_journal_seek_tail(opened) < 0)
        return {};
    std::string lines;
    for (int count = 0; count < most_lines && sd_journal_previous(opened) > 0;) {
        const void* data = nullptr;
        std::size_t size = 0;
        if (sd_journal_get_data(opened, "SLIPWAY_STREAM", &data, &size) < 0)
            continue; // the monitor's own
        if (sd_journal_get_data(opened, "MESSAGE", &data, &size) < 0)
            continue;
        std::string_view line{static_cast<const char*>(data), size};
        line.remove_prefix(line.find('=') + 1);
        lines.insert(0, "\n    " + std::string{line});
        ++count;
    }
    return lines.empty() ? lines : "; its last lines:" + lines;
}

} // namespace

async::Task<std::string> Groups::last_words(std::string container)
{
    const auto words = std::make_shared<std::string>();
    std::function<void()> work = [words, container] { *words = last_lines_of(container); };
    co_await workers_->run(std::move(work));
    co_return *words;
}

} // namespace slipway::engine
