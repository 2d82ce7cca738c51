"""One person's phone over HTTP: the same requests whether a session or a drill's path says whose. Knows no session."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from bot.channel import Refused, TryLater
from bot.web import answers, uploads
from bot.web.answers import Problem
from bot.web.channel import WebChannel
from bot.web.guard import Limit
from bot.web.said import Attached, Said
from messages.reading.uploads import LARGEST
from models.local_message import LocalMessage

Who = Callable[[Request], Awaitable[str]]
Commands = Callable[[str], Awaitable[Sequence[tuple[str, str]]]]

_LONGEST_WAIT = 25.0  # seconds, below what proxies cut
_FRAME = 64 * 1024  # bytes of an upload that are not the file
_PATIENCE = 80 * 1024 * 1024  # bytes of a too large upload that are read and thrown away
_SANDBOX = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, max-age=86400"}


class Phone:
    """`who` returns the account of a request or raises Problem 401 or 404; `commands` what its menu lists."""

    def __init__(self, channel: WebChannel, who: Who, zone: tzinfo, commands: Commands | None, pace: Limit) -> None:
        self._channel, self._who, self._zone = channel, who, zone
        self._commands, self._pace = commands, pace

    def routes(self) -> list[Route]:
        """Return the phone's requests, to be mounted under /api or /demo/api/{account}."""
        return [
            Route("/messages", self.messages),
            Route("/commands", self.commands),
            Route("/say", self.say, methods=["POST"]),
            Route("/press", self.press, methods=["POST"]),
            Route("/edit", self.edit, methods=["POST"]),
            Route("/upload", self.upload, methods=["POST"]),
            Route("/files/{id}", self.file),
        ]

    async def messages(self, request: Request) -> Response:
        """Return what is new after a version: {epoch, version, messages}; `wait` seconds at most."""
        account = await self._who(request)
        after, wait = _number(request, "after"), min(_number(request, "wait"), _LONGEST_WAIT)
        rows = await self._channel.newer(account, int(after), wait)
        return JSONResponse(
            {
                "epoch": self._channel.epoch,
                "version": rows[-1].version if rows else int(after),
                "messages": [self._shown(row) for row in rows],
            }
        )

    async def commands(self, request: Request) -> Response:
        """Return the command menu: {commands: [{name, description}]}."""
        account = await self._who(request)
        listed = await self._commands(account) if self._commands else []
        return JSONResponse({"commands": [{"name": name, "description": words} for name, words in listed]})

    async def say(self, request: Request) -> Response:
        """Pass on a text; return {message}."""
        account = await self._paced(request)
        asked = await answers.body(request, answers.Say)
        act = Said(kind="text", account=account, text=answers.spoken(asked.text), reply_to=asked.reply_to)
        return self._said(await self._heard(act, asked.id))

    async def press(self, request: Request) -> Response:
        """Pass on a button."""
        account = await self._paced(request)
        asked = await answers.body(request, answers.Press)
        pressed = {"kind": "choice", "account": account, "message_id": asked.message, "data": asked.data}
        return self._said(await self._heard(answers.shaped(Said, pressed), asked.id))

    async def edit(self, request: Request) -> Response:
        """Pass on the new words of the person's own message; return {message}."""
        account = await self._paced(request)
        asked = await answers.body(request, answers.Edit)
        text = answers.spoken(asked.text)
        act = Said(kind="edited", account=account, message_id=asked.message, text=text)
        return self._said(await self._heard(act, asked.id))

    async def upload(self, request: Request) -> Response:
        """Keep a file (multipart, field `file`) and pass it on with its caption; return {message}."""
        account = await self._paced(request)
        form = await _form(request)
        try:
            asked, file = _parts(form)
            caption = answers.spoken(asked.text, empty=True)
            kept = await self._kept(file, asked.album)
        finally:
            await form.close()
        act = Said(kind="file", account=account, text=caption, reply_to=asked.reply_to, upload=kept)
        return self._said(await self._heard(act, asked.id))

    async def _kept(self, file: UploadFile, album: str) -> Attached:
        try:
            return await self._channel.uploads.keep(_chunks(file), file.filename or "", album)
        except uploads.TooLarge as error:
            raise Problem(413, "too_large") from error

    async def file(self, request: Request) -> Response:
        """Serve a message's file to the account that message is for: pictures to look at, the rest to save."""
        account = await self._who(request)
        row = await self._channel.message(account, request.path_params["id"])
        path = self._channel.located(row) if row and row.file_path else None
        if row is None or path is None or not await run_in_threadpool(path.is_file):
            raise Problem(404, "not_found")
        media = await run_in_threadpool(_media, path)
        return FileResponse(
            path,
            headers=_SANDBOX,
            media_type=media or "application/octet-stream",
            filename=row.file_name or "tep",
            content_disposition_type="inline" if media else "attachment",
        )

    async def _paced(self, request: Request) -> str:
        account = await self._who(request)
        if not self._pace.allows(account):
            raise Problem(429, "too_often")
        return account

    async def _heard(self, act: Said, client_id: str) -> LocalMessage | None:
        try:
            return await self._channel.hear(act, client_id)
        except TryLater as error:
            raise Problem(503, "later") from error
        except Refused as error:
            raise Problem(404, "not_found") from error

    def _said(self, row: LocalMessage | None) -> Response:
        return JSONResponse({"message": self._shown(row) if row else None})

    def _shown(self, row: LocalMessage) -> Mapping[str, Any]:
        return answers.shown(row, self._zone)


def _number(request: Request, name: str) -> float:
    text = request.query_params.get(name, "0")
    if not (text.isascii() and text.isdigit() and len(text) <= 15):  # noqa: PLR2004 - fits every database's integer
        raise Problem(400, "unreadable")
    return float(text)


async def _form(request: Request) -> FormData:
    stream = answers.bounded(request, LARGEST + _FRAME, _PATIENCE)
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Problem(400, "unreadable")
    try:
        return await MultiPartParser(request.headers, stream, max_files=1, max_fields=4).parse()
    except MultiPartException as error:
        raise Problem(400, "unreadable") from error


def _parts(form: FormData) -> tuple[answers.Attach, UploadFile]:
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise Problem(400, "unreadable")
    return answers.shaped(answers.Attach, {k: v for k, v in form.items() if k != "file"}), file


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(256 * 1024):
        yield chunk


def _media(path: Path) -> str:
    with path.open("rb") as file:
        return uploads.picture_type(file.read(16))
