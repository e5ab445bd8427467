"""A small S3, as strict as its documents: path-style GET, HEAD, PUT and DELETE of objects, each request signed with AWS
Signature Version 4, whose every part is checked. Written after "Authenticating Requests (AWS Signature Version 4)" and
the pages of the four operations in the Amazon S3 API Reference."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qsl, quote

from aiohttp import web

from bot.media.s3 import Bucket
from tests.days.town import free_port

ACCESS, SECRET, REGION = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "eu-west-3"
SKEW = timedelta(minutes=15)


class BadRequestError(Exception):
    """What S3 answers with an error code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class FakeS3:
    """One bucket. `calls`: (method, key) of what was taken."""

    def __init__(self, name: str = "danvan-media") -> None:
        self.name, self.port = name, free_port()
        self.objects: dict[str, bytes] = {}
        self.calls: list[tuple[str, str]] = []
        self.is_away = False

    def bucket(self, **changes: object) -> Bucket:
        """Where a client finds it."""
        from pydantic import SecretStr

        values = {
            "name": self.name, "prefix": "kept", "endpoint": f"http://127.0.0.1:{self.port}", "region": REGION,
            "access_key": ACCESS, "secret_key": SecretStr(SECRET),
        } | changes  # fmt: skip
        return Bucket(**values)  # type: ignore[arg-type]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[FakeS3]:
        app = web.Application(client_max_size=100 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        try:
            return self._do(request, body)
        except BadRequestError as error:
            content = b"" if request.method == "HEAD" else f"<Error><Code>{error.code}</Code></Error>".encode()
            return web.Response(status=error.status, body=content, content_type="application/xml")

    def _do(self, request: web.Request, body: bytes) -> web.Response:
        if self.is_away:
            raise BadRequestError(503, "SlowDown")
        check(request, body)
        bucket, _, key = request.match_info["path"].partition("/")
        if bucket != self.name:
            raise BadRequestError(404, "NoSuchBucket")
        self.calls.append((request.method, key))
        if request.method == "PUT":
            self.objects[key] = body
            return web.Response(headers=_headers(body))
        if request.method == "DELETE":
            self.objects.pop(key, None)
            return web.Response(status=204)
        if key not in self.objects:
            raise BadRequestError(404, "NoSuchKey")
        if request.method not in ("GET", "HEAD"):
            raise BadRequestError(405, "MethodNotAllowed")
        return web.Response(body=self.objects[key], headers=_headers(self.objects[key]))


def _headers(body: bytes) -> dict[str, str]:
    return {
        "ETag": f'"{hashlib.md5(body).hexdigest()}"',
        "Last-Modified": format_datetime(datetime.now(UTC), usegmt=True),
        "Content-Type": "application/octet-stream",
    }


def check(request: web.Request, body: bytes) -> None:
    """Raises BadRequestError unless the request is signed by the key that we know, as it stands."""
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    if scheme != "AWS4-HMAC-SHA256":
        raise BadRequestError(403, "AccessDenied")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    access, day, region, service, end = parts["Credential"].split("/")
    if access != ACCESS:
        raise BadRequestError(403, "InvalidAccessKeyId")
    if (region, service, end) != (REGION, "s3", "aws4_request"):
        raise BadRequestError(400, "AuthorizationHeaderMalformed")
    stamp = request.headers["x-amz-date"]
    at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if not stamp.startswith(day) or abs(datetime.now(UTC) - at) > SKEW:
        raise BadRequestError(403, "RequestTimeTooSkewed")
    payload = request.headers.get("x-amz-content-sha256", "")
    if payload != hashlib.sha256(body).hexdigest():
        raise BadRequestError(400, "XAmzContentSHA256Mismatch")
    names = parts["SignedHeaders"].split(";")
    if names != sorted(names) or not {"host", "x-amz-date", "x-amz-content-sha256"} <= set(names):
        raise BadRequestError(403, "AccessDenied")
    headers = "".join(f"{name}:{' '.join(request.headers[name].split())}\n" for name in names)
    query = "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in sorted(_query(request)))
    asked = "\n".join([request.method, request.raw_path.partition("?")[0], query, headers, ";".join(names), payload])
    to_sign = "\n".join([scheme, stamp, f"{day}/{region}/s3/aws4_request", hashlib.sha256(asked.encode()).hexdigest()])
    key = f"AWS4{SECRET}".encode()
    for part in (day, region, "s3", "aws4_request", to_sign):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(key.hex(), parts["Signature"]):
        raise BadRequestError(403, "SignatureDoesNotMatch")


def _query(request: web.Request) -> list[tuple[str, str]]:
    return parse_qsl(request.raw_path.partition("?")[2], keep_blank_values=True)
