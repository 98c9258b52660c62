"""
`dns`: a name (the target's address) leads where it should, by the name servers and not by /etc/hosts.

Options: `record`, the type that is asked for; `expect`, answers all of which must be there; `server`, the address of a
name server (10.0.0.2 or 10.0.0.2:53), instead of those of this machine.

Values: `seconds` until the answer, `answers`, `ttl_seconds`. Text: the answers.
"""

from __future__ import annotations

from typing import Literal

import dns.asyncresolver
import dns.exception
import dns.resolver
from dns.nameserver import Do53Nameserver

from bot.adapters.probes.kind import Kind, Options, Spot, Unseen
from bot.adapters.probes.reach import Reach, host_port
from bot.domain.observation import Fault, Reading
from bot.engine.clock import elapsed

PORT = 53


class DnsOptions(Options):
    record: Literal["A", "AAAA", "CNAME", "MX", "NS", "SOA", "SRV", "TXT"] = "A"
    expect: tuple[str, ...] = ()
    server: str = ""


async def read(spot: Spot, options: DnsOptions, reach: Reach) -> Reading:
    name, began = spot.address.strip(), elapsed()
    resolver = await asked(spot, options, reach)
    try:
        answer = await resolver.resolve(name, options.record, lifetime=spot.seconds, search=False)
    except dns.resolver.NXDOMAIN:
        raise Unseen(Fault.UNRESOLVED, f"there is no name {name}") from None
    except dns.resolver.NoAnswer:
        raise Unseen(Fault.UNRESOLVED, f"{name} has no {options.record} record") from None
    except (dns.resolver.NoNameservers, dns.resolver.YXDOMAIN):
        raise Unseen(Fault.UNRESOLVED, f"no name server has a usable answer for {name}") from None
    except dns.exception.Timeout:
        raise TimeoutError from None
    except (dns.exception.DNSException, UnicodeError):
        raise Unseen(Fault.BROKEN, f"{name} is no name, or its answer is none") from None
    found = sorted(text(record) for record in answer)
    values = {"seconds": elapsed() - began, "answers": float(len(found))}
    if answer.rrset:
        values["ttl_seconds"] = float(answer.rrset.ttl)
    missing = [each for each in options.expect if plain(each) not in found]
    if missing:
        return Reading(Fault.UNEXPECTED, f"{name} does not lead to {', '.join(missing)}", values, "\n".join(found))
    return Reading(Fault.NONE, f"{name} leads to {', '.join(found)}", values, "\n".join(found))


async def asked(spot: Spot, options: DnsOptions, reach: Reach) -> dns.asyncresolver.Resolver:
    """The servers of this machine, or the one that the probe names."""
    if not options.server:
        return dns.asyncresolver.Resolver()
    host, port = host_port(Spot(options.server), default=PORT)
    places = await reach.places(spot, host, port)
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = [Do53Nameserver(place.ip, place.port) for place in places]
    return resolver


def text(record: object) -> str:
    return plain(str(record))


def plain(answer: str) -> str:
    """
    >>> plain("Mail.Shop.test."), plain('"v=spf1 -all"')
    ('mail.shop.test', 'v=spf1 -all')
    """
    return answer.strip('"') if answer.startswith('"') else answer.lower().removesuffix(".")


KIND = Kind("dns", DnsOptions, read, values=("seconds", "answers", "ttl_seconds"))
