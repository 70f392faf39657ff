// SPDX-License-Identifier: LGPL-2.1-or-later
// Failures: {"level", "msg", "time"} or key=value, a line each.
#include "oci-runtime/log.hpp"

#include "base/file.hpp"
#include "base/json.hpp"

#include <ctime>
#include <fcntl.h>

namespace slipway::oci_runtime {

namespace {

std::string present()
{
    const std::time_t seconds = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::string text(32, '\0');
    text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts));
    return text;
}

std::string line_of(const Context& context, const std::string& message)
{
    const auto quoted = [](const std::string& text) { return json_text(Json(text), StrayBytes::replaced); };
    if (context.log_format == LogFormat::json)
        return R"({"level":"error","msg":)" + quoted(message) + R"(,"time":)" + quoted(present()) + "}\n";
    return "time=" + quoted(present()) + " level=error msg=" + quoted(message) + "\n";
}

} // namespace

void complain(const Context& context, const std::string& message) noexcept
{
    try {
        if (!context.log.empty()) {
            const Fd file{::open(context.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
            if (file)
                write_all(file.number(), line_of(context, message), "the log");
        }
        const std::string text = context.log_format == LogFormat::json && context.log.empty()
                                     ? line_of(context, message)
                                     : "slipway-oci: " + message + "\n";
        write_all(2, text, "standard error");
    } catch (const std::exception&) {
        return; // nobody is left to tell
    }
}

} // namespace slipway::oci_runtime
