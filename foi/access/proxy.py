"""Which web servers before the portal are believed when they say who asks: those whose address was named, and nobody else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from foi.messages import Complaint, message

HEADER = re.compile(r"[A-Za-z0-9-]{1,60}")
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Trust:
    """The addresses that are believed, and the header in which they name who asks; none, unless both were told."""

    networks: tuple[Network, ...] = ()
    header: str = ""

    def believes(self, peer: str) -> bool:
        """Whether what comes from this address may say who asks."""
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        seen = getattr(address, "ipv4_mapped", None) or address
        return any(seen in network for network in self.networks)

    def asker(self, peer: str, forwarded: list[str]) -> str:
        """The address that a request came from: that of the peer; before believed ones the last that they did not believe themselves."""
        if not self.believes(peer):
            return peer
        for told in reversed([one.strip() for line in forwarded for one in line.split(",")]):
            if not self.believes(told):
                return f"{told[:60]} ({peer})" if told else peer
        return peer


TRUST_NOBODY = Trust()


def trust_of(addresses: str, header: str) -> Trust:
    """What --trust-proxy and --user-header say; a Complaint where one is missing or an address is none."""
    given = [one for one in re.split(r"[,\s]+", addresses) if one]
    if not given and not header:
        return TRUST_NOBODY
    if not given or not header:
        raise Complaint(message("access.proxy_both"))
    if not HEADER.fullmatch(header):
        raise Complaint(message("access.proxy_header", found=header[:60]))
    return Trust(tuple(_network(one) for one in given), header)


def _network(given: str) -> Network:
    try:
        network = ip_network(given)
    except ValueError as error:
        raise Complaint(message("access.proxy_address", found=given[:60])) from error
    if network.prefixlen == 0:
        raise Complaint(message("access.proxy_everybody", found=given))
    return network
