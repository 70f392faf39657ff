// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway-oci: an OCI runtime, for other engines and for tests.
#include "base/failure.hpp"
#include "base/file.hpp"
#include "oci-runtime/command_line.hpp"
#include "oci-runtime/log.hpp"

namespace {

using namespace slipway;
using namespace slipway::oci_runtime;

// Everything but what a shell has a number for is 1, as with other runtimes.
int status_of(const Failure& failure)
{
    const int status = row_of(failure.code()).exit_status;
    return status == 126 || status == 127 ? status : 1;
}

} // namespace

int main(int count, char** words)
{
    Invocation invocation;
    try {
        read_invocation(Arguments(words + (count > 0 ? 1 : 0), words + count), invocation);
        return invocation.verb->run(invocation.context, invocation.arguments);
    } catch (const HelpWanted& help) {
        try {
            write_all(1, help.text(), "standard output");
            return 0;
        } catch (const Failure&) {
            return 1;
        }
    } catch (const UsageError& error) {
        complain(invocation.context, error.what());
    } catch (const Failure& failure) {
        complain(invocation.context, failure.message());
        return status_of(failure);
    } catch (const std::exception& defect) {
        complain(invocation.context, defect.what());
    }
    return 1;
}
