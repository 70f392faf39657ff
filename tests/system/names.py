# SPDX-License-Identifier: LGPL-2.1-or-later
"""What tests of names share: questions to a network's name server, from the host and from containers."""
import json

from networks import NetworkTest
from support import output, slipway

GETENT = ("getent", "ahosts")


def dig(server, *words):
    """The answers of one question, a line each."""
    return output("dig", f"@{server}", "+short", "+time=2", "+tries=1", *words).split("\n")[:-1]


class NamesTest(NetworkTest):
    def gateway(self, network="default"):
        return json.loads(slipway("network", "inspect", network).stdout)[0]["IPAM"]["Config"][0]["Gateway"]

    def resolve(self, container, name):
        """What the C library says in a container."""
        found = slipway("exec", container, *GETENT, name).stdout.split("\n")
        return {line.split()[0] for line in found if line}
