"""The named refusals. Each is mapped once to a page, a fragment, a JSON error or a line on the terminal."""


class Refusal(Exception):
    """Something that was asked and is not done, with a sentence that says why and what to do.

    `kind` names the reason for programs, where one class has several: of a key unknown, revoked, expired, deactivated,
    address or scope; of a call model, field, context, price, budget, rate, tokens or parallel; of a provider how it
    failed. `field` is the member of the request that is meant.
    """

    status = 400
    title = "That cannot be done"
    kind = ""
    field = ""

    def __init__(self, message: str = "", kind: str = "", field: str = "") -> None:
        super().__init__(message)
        self.message = message or self.title
        self.kind, self.field = kind or self.kind, field


class NotFound(Refusal):
    """There is no such thing, or it is not shared with the one who asks: both look the same."""

    status = 404
    title = "There is nothing at this address, or it is not shared with you."


class Unknown(Refusal):
    """Nobody is signed in, and the thing is not for everybody."""

    status = 401
    title = "Sign in first."


class Forbidden(Refusal):
    """The person is known and may not do this."""

    status = 403
    title = "You may not do this."


class Narrow(Forbidden):
    """What the caller came in with does not open this; `scopes` are those with which it would."""

    kind = "scope"

    def __init__(self, message: str, scopes: list[str]) -> None:
        super().__init__(message)
        self.scopes = scopes


class StepUp(Forbidden):
    """The person may do this after giving the password again."""

    title = "Give your password again first."


class Invalid(Refusal):
    """Fields that were not accepted: `fields` maps a field's name to one sentence."""

    status = 422
    title = "Something in the form needs mending."

    def __init__(self, message: str = "", **fields: str) -> None:
        super().__init__(message or next(iter(fields.values()), ""), field=next(iter(fields), ""))
        self.fields = fields


class Conflict(Refusal):
    """The thing has changed, or is in a state in which this cannot be done."""

    status = 409
    title = "It has changed in the meantime."


class Stale(Conflict):
    """Somebody else has revised it: `current` is the number of the revision that is there now, `difference` what
    the refused one would have changed in it (a unified diff)."""

    title = "Somebody has changed this since you opened it."
    kind = "stale"

    def __init__(self, current: int, difference: str = "") -> None:
        super().__init__(f"{self.title} It is at revision {current} now; nothing was overwritten.")
        self.current, self.difference = current, difference


class Locked(Refusal):
    """It opens with a password; `wrong` says that one was given and was not it."""

    status = 401
    title = "This opens with a password."
    kind = "password"

    def __init__(self, wrong: bool = False) -> None:
        super().__init__("This is not the password." if wrong else "")
        self.wrong = wrong


class Covered(Refusal):
    """Reading it deletes it, so it is only shown to who confirms that."""

    status = 403
    title = "Reading this deletes it. Open its link in a browser and confirm there."
    kind = "burns"


class Gone(Refusal):
    """The thing existed and its time is over."""

    status = 410
    title = "This is no longer here."


class TooLarge(Refusal):
    """More bytes than are accepted."""

    status = 413
    title = "This is too large."


class OverLimit(Refusal):
    """Asked too often or beyond a quota; `retry_after` is in seconds, `headers` are told to programs too."""

    status = 429
    title = "Too many attempts. Wait a little."

    def __init__(self, message: str = "", retry_after: int = 0, kind: str = "") -> None:
        super().__init__(message, kind)
        self.retry_after = retry_after
        self.headers: dict[str, str] = {}


class Upstream(Refusal):
    """A model's provider failed. `kind` names how, `detail` is its own (shortened) word."""

    status = 502
    title = "The model's provider failed."

    def __init__(self, message: str = "", kind: str = "failed", detail: str = "", retry_after: float = 0) -> None:
        super().__init__(message, kind)
        self.detail, self.retry_after = detail, retry_after


class NotWritten(Refusal):
    """The disk did not take it: nothing of it was kept, reading goes on, and it may be tried again."""

    status = 507
    title = "The disk did not take this, and nothing of it was written."


class NoRoom(NotWritten):
    """A quota or the disk has no room for this: nothing of it was kept. `kind` is quota or disk."""

    title = "There is no room for this, and nothing of it was stored."


class Misconfigured(Refusal):
    """The machine or the settings do not allow a start; the message is one sentence with the way out."""

    status = 500
    title = "Inglenook cannot start."
