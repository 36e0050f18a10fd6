"""Responses are compressed on their way, except the bytes of files: they are sent as they lie, with their length."""

import re
from typing import Any

from starlette.middleware.gzip import GZipMiddleware

# Who was cut off goes on where that was, in the same bytes; what is large here is mostly compressed already.
# What comes from a moment of the past was compressed there.
AS_IT_IS = re.compile("/files/([^/]+/(raw|download)|zip)|/settings/export/.+|/then/.*", re.DOTALL)


class Packing(GZipMiddleware):
    """Compression for those who take it."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if path.startswith(("/files/", "/settings/", "/then/")) and AS_IT_IS.fullmatch(path):
            return await self.app(scope, receive, send)
        await super().__call__(scope, receive, send)
