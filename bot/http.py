"""HTTP to platforms on aiohttp: what certainly never left is told from what may have arrived. Knows no platform.

Addresses carry the bot's token, and aiohttp names them in its errors: none of those errors leaves this file.
"""

import ipaddress
import socket
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.request import getproxies

import aiohttp
import orjson
from aiohttp import ClientTimeout, FormData
from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

CONNECTING = 5.0  # seconds for a free connection, or a new one
LIMIT = 32 << 20  # bytes of an answer: a file may have 20 MB, a hundred updates far less
UPLOADING = 120.0  # seconds a file may take beyond the time an answer may take
REDIRECTS = 3
Files = Mapping[str, tuple[str, bytes, str]]
"""{field: (file name, content, media type)}."""

NOT_SENT = (
    aiohttp.ClientConnectorError,  # no such host, refused, TLS not agreed
    aiohttp.ConnectionTimeoutError,  # waiting for a free connection included
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)


class NotSent(Exception):
    """The request certainly never left. Its text is the kind of failure alone."""


class Broken(Exception):
    """The connection broke after the request may have arrived. Its text is the kind of failure alone."""


class Client:
    """Keeps at most `connections` open; `read_timeout` in seconds for an answer to begin or to go on."""

    def __init__(self, connections: int, read_timeout: float, connecting: float = CONNECTING) -> None:
        self.connections, self.read_timeout, self._connecting = connections, read_timeout, connecting
        self._usual = ClientTimeout(total=None, connect=connecting, sock_read=read_timeout)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Get ready; nothing is connected yet. Opening twice does no harm."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self.connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=bool(
                    getproxies().keys() - {"no"}
                ),  # an office may sit behind a proxy; asked once, it is dear
            )

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def get(self, url: str, read_timeout: float | None = None) -> tuple[int, bytes]:
        """Fetch; return status and body. Raises NotSent or Broken."""
        return await self._ask("GET", url, self._timeout(read_timeout))

    async def post(
        self, url: str, values: Mapping[str, Any], files: Files | None = None, read_timeout: float | None = None
    ) -> tuple[int, bytes]:
        """Post values as JSON, or with files as a form (then each is a string); return status and body."""
        if files:
            return await self._ask("POST", url, self._timeout(read_timeout, UPLOADING), data=_form(values, files))
        return await self._ask("POST", url, self._timeout(read_timeout), data=orjson.dumps(values), headers=JSON)

    def _timeout(self, read: float | None, uploading: float | None = None) -> ClientTimeout:
        if read is None and uploading is None:
            return self._usual
        read = read or self.read_timeout
        total = read + self._connecting + uploading if uploading else None
        return ClientTimeout(total=total, connect=self._connecting, sock_read=read)

    async def _ask(self, method: str, url: str, limits: ClientTimeout, **body: Any) -> tuple[int, bytes]:
        if self._session is None:
            raise NotSent("closed")
        try:
            async with self._session.request(
                method, URL(url, encoded=True), timeout=limits, allow_redirects=False, **body
            ) as response:
                return response.status, await _whole(response)
        except NOT_SENT as error:
            raise NotSent(type(error).__name__) from None
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Broken(type(error).__name__) from None


async def server_time(address: str, seconds: float) -> datetime | None:
    """Return what time a server says it is, in any answer's head; None where it says nothing within `seconds`."""
    limits = ClientTimeout(total=seconds)
    try:
        async with (
            aiohttp.ClientSession(trust_env=True, timeout=limits) as session,
            session.head(address, allow_redirects=False) as response,
        ):
            return parsedate_to_datetime(response.headers["Date"])
    except (aiohttp.ClientError, OSError, TimeoutError, KeyError, ValueError):
        return None


class NotAllowed(Exception):
    """An address that strangers gave and that must not be asked: not https, or of a private network."""


class _Public(ThreadedResolver):
    """Looks names up and refuses whatever lies in no public network, at the very moment of connecting."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return where a name leads; raise NotAllowed where any of it is private."""
        found = await super().resolve(host, port, family)
        if not all(is_public(each["host"]) for each in found):
            raise NotAllowed
        return found


def is_public(address: str) -> bool:
    """Say whether an IP address lies in a public network."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    real = mapped or found
    return real.is_global and not real.is_multicast


async def download(address: str, limit: int, seconds: float, own: str = "") -> tuple[int, bytes]:
    """Fetch from an address that a stranger gave, https and public only; return status and body.

    `own` is the one origin beside it that may be asked, an emulator's on this machine. At most `limit` bytes are read:
    one more says that there are more. Raises NotAllowed, NotSent or Broken.
    """
    proxied = bool(getproxies().keys() - {"no"})  # then the proxy looks names up, and says where it leads nobody
    for _ in range(REDIRECTS + 1):
        inside = bool(own) and _origin(address) == own
        if not inside:
            _check(address)
        resolver = None if inside or proxied else _Public()
        status, body, address = await _fetched(address, limit, seconds, resolver)
        if not address:
            return status, body
    raise NotAllowed


def _origin(address: str) -> str:
    try:
        return str(URL(address).origin())
    except ValueError:
        return ""


def _check(address: str) -> None:
    try:
        url = URL(address)
    except ValueError:
        raise NotAllowed from None
    host = url.host or ""
    if url.scheme != "https" or not host or (_is_number(host) and not is_public(host)):
        raise NotAllowed


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


async def _fetched(
    address: str, limit: int, seconds: float, resolver: ThreadedResolver | None
) -> tuple[int, bytes, str]:
    """Return status, body and where a redirect leads ("" for none)."""
    connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False)
    limits = ClientTimeout(total=seconds, connect=CONNECTING)
    try:
        async with (
            aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=resolver is None, timeout=limits
            ) as session,
            session.get(address, allow_redirects=False) as response,
        ):
            if response.status in MOVED and "Location" in response.headers:
                return response.status, b"", str(URL(address).join(URL(response.headers["Location"])))
            return response.status, await _at_most(response, limit), ""
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError):
        raise NotAllowed from None
    except NOT_SENT as error:
        raise NotSent(type(error).__name__) from None
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        raise Broken(type(error).__name__) from None


MOVED = (301, 302, 303, 307, 308)


async def _at_most(response: aiohttp.ClientResponse, limit: int) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > limit:
            break
    return bytes(body[: limit + 1])


JSON = {"Content-Type": "application/json"}


async def _whole(response: aiohttp.ClientResponse) -> bytes:
    """Read an answer; Broken where it goes on and on, for it would fill the memory."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LIMIT:
            raise Broken("TooLarge")
    return bytes(body)


def _form(values: Mapping[str, str], files: Files) -> FormData:
    form = FormData(quote_fields=False)  # names of files are Vietnamese, and Telegram shows them as they come
    for name, value in values.items():
        form.add_field(name, value)
    for name, (file_name, content, kind) in files.items():
        form.add_field(name, content, filename=file_name, content_type=kind)
    return form
