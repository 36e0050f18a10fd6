"""Commands at a server that ends while it is asked."""

import os
import socket
import threading

import pytest

from app import control
from app.errors import Misconfigured


@pytest.mark.parametrize("reads", [0, 1 << 16], ids=["unread", "read"])
def test_a_server_that_ends_before_it_answers_is_told_as_such(tmp_path, reads):
    here = os.open(tmp_path, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(f"/proc/self/fd/{here}/{control.NAME}")
        server.listen()
        os.close(here)

        def end():
            connection, _ = server.accept()
            with connection:
                # What was sent has arrived, and is read or not: the other end sees an end, or a reset.
                connection.recv(max(reads, 1), 0 if reads else socket.MSG_PEEK)

        thread = threading.Thread(target=end)
        thread.start()
        with pytest.raises(Misconfigured, match="ended before it answered"):
            control.ask(tmp_path, "check", {})
        thread.join()
