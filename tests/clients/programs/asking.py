"""How a program with a client library talks with the tests: questions come as lines of JSON, what was told goes back.

A question is {"ask": name, ...}, an answer {"told": ...}, or what the library raised: its class, status and words.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any


def listen(*asks: Callable[..., Any]) -> None:
    """Answer until the tests have no more questions."""
    # A library that prints must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    known = {ask.__name__: ask for ask in asks}
    for line in sys.stdin:
        question = json.loads(line)
        print(json.dumps(answer(known[question.pop("ask")], question)), file=answers, flush=True)


def answer(ask: Callable[..., Any], question: dict[str, Any]) -> dict[str, Any]:
    """What was told, or raised."""
    try:
        return {"told": ask(**question)}
    except Exception as error:
        status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
        code = getattr(error, "code", None)
        return {"raised": type(error).__name__, "status": status, "code": code, "words": str(error)}
