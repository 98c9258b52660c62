"""Which addresses of the internet protocol a probe may be led to."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

#: what clouds tell a machine about itself, its credentials included; nobody gets there by accident
METADATA = frozenset(
    ip_address(each)
    for each in (
        # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html; Azure and Google, too
        "169.254.169.254",
        "fd00:ec2::254",
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
        "169.254.170.2",
        # https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
        "169.254.170.23",
        "fd00:ec2::23",
        # https://cloud.google.com/compute/docs/metadata/querying-metadata
        "fd20:ce::254",
        # https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata
        "100.100.100.200",
        # https://learn.microsoft.com/en-us/azure/virtual-network/what-is-ip-address-168-63-129-16
        "168.63.129.16",
        "192.0.0.192",
    )
)
#: IPv4 inside IPv6, in the last 32 bits: https://www.rfc-editor.org/rfc/rfc6052, rfc4291 (2.5.5.1), rfc2765
WRAPPED: tuple[IPv6Network, ...] = (
    IPv6Network("64:ff9b::/96"),
    IPv6Network("64:ff9b:1::/96"),
    IPv6Network("::/96"),
    IPv6Network("::ffff:0:0:0/96"),
)
THIS_NETWORK = ip_network("0.0.0.0/8")


def forbidden(address: str, *, private: bool = False, given: bool = False) -> str:
    """
    What forbids it, in a few words; "" when nothing does. ValueError for what is no address.

    >>> forbidden("10.0.0.7"), forbidden("::ffff:127.0.0.1"), forbidden("::ffff:127.0.0.1", given=True)
    ('', 'this machine itself', '')
    >>> forbidden("169.254.169.254", given=True), forbidden("169.254.169.254", private=True)
    ('the metadata of a cloud', '')
    """
    if private:
        return ""
    for ip in unwrapped(address):
        if ip in METADATA:
            return "the metadata of a cloud"
        if not given and (near := _near(ip)):
            return near
    return ""


def unwrapped(address: str) -> tuple[IPv4Address | IPv6Address, ...]:
    """The address, and the IPv4 address that is wrapped in it."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv4Address):
        return (ip,)
    teredo = ip.teredo[1] if ip.teredo else None
    inner = ip.ipv4_mapped or ip.sixtofour or teredo or _last_bits(ip)
    # ::1 and :: are what they are, and no IPv4 address
    if ip.is_loopback or ip.is_unspecified or inner is None:
        return (ip,)
    return (inner,) if ip.ipv4_mapped else (inner, ip) if ip in METADATA else (inner,)


def _last_bits(ip: IPv6Address) -> IPv4Address | None:
    return IPv4Address(int(ip) & 0xFFFFFFFF) if any(ip in network for network in WRAPPED) else None


def _near(ip: IPv4Address | IPv6Address) -> str:
    if ip.is_loopback or ip.is_unspecified or (isinstance(ip, IPv4Address) and ip in THIS_NETWORK):
        return "this machine itself"
    if ip.is_link_local:
        return "the link-local network"
    if ip.is_multicast:
        return "a group of machines"
    return "a reserved network" if ip.is_reserved else ""
