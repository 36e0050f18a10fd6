"""Finished turns as text: what was rendered once is not built again from fifty times a dozen elements."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

# Letters that are kept: about a hundred pages of fifty messages, in some 10 MB.
MOST = 8_000_000


class Rendered:
    """The texts that were used last, up to `most` letters."""

    def __init__(self, most: int = MOST) -> None:
        self.most, self.size = most, 0
        self.texts: OrderedDict[Hashable, str] = OrderedDict()
        self.lock = threading.Lock()

    def once(self, key: Hashable, make: Callable[[], str]) -> str:
        """The text of this key, made if it is not there. `key` has to hold everything that the text depends on."""
        with self.lock:
            if (text := self.texts.get(key)) is not None:
                self.texts.move_to_end(key)
                return text
        text = make()
        with self.lock:
            if key not in self.texts:
                self.texts[key] = text
                self.size += len(text)
            while self.size > self.most:
                self.size -= len(self.texts.popitem(last=False)[1])
        return text
