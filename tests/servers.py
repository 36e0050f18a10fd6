"""Servers that say given bytes, for what the fake upstream is too well behaved to do."""

import datetime
import re
import socket
import ssl
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class answering:
    """A server that gives these bytes as answers, one after the other, the last one again and again."""

    def __init__(self, *answers, context=None):
        self.answers, self.context = list(answers), context

    def __enter__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        return self.server.getsockname()[1]

    def run(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            with connection:
                self.serve(connection)

    def serve(self, connection):
        if self.context is not None:
            try:
                connection = self.context.wrap_socket(connection, server_side=True)
            except ssl.SSLError:
                return
        with connection:
            connection.settimeout(2)
            head = b" "
            while b"\r\n\r\n" not in head and not head.startswith(b"\x16"):  # the first byte of TLS
                if not (head := connection.recv(65536)):
                    return
            connection.sendall(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
            connection.shutdown(socket.SHUT_WR)

    def __exit__(self, *_):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.thread.join(5)


def certificate(directory, name):
    """A certificate of its own for a name or address: the files of its key and of itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(
        named, named, key.public_key(), x509.random_serial_number(), now, now.replace(year=now.year + 1)
    ).add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (directory / "key.pem").write_bytes(secret)
    (directory / "certificate.pem").write_bytes(
        builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    return directory / "key.pem", directory / "certificate.pem"


def secured(directory):
    """A server whose certificate is its own."""
    key, chain = certificate(directory, "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    return answering(b"HTTP/1.1 204 No\r\n\r\n", context=context)


class capping:
    """A proxy that takes whole bodies of at most `most` bytes before it hands them on, as many stand before a house."""

    def __init__(self, port, most):
        self.there, self.most, self.refused = ("127.0.0.1", port), most, 0

    def __enter__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        return self

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.getsockname()[1]}"

    def run(self):
        while True:
            try:
                line, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(line,), daemon=True).start()

    def serve(self, line):
        with line, socket.create_connection(self.there) as on:
            while (request := self.message(line)) is not None:
                if request == b"":
                    self.refused += 1
                    line.sendall(b"HTTP/1.1 413 Too large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    return
                on.sendall(request)
                line.sendall(self.message(on, request.startswith(b"HEAD")) or b"")

    def message(self, line, bare=False):
        """The whole of what comes next; nothing where its body is too large, None at the end."""
        told = b""
        while b"\r\n\r\n" not in told:
            if not (piece := line.recv(65536)):
                return None
            told += piece
        head, _, rest = told.partition(b"\r\n\r\n")
        found = re.search(rb"(?i)content-length: (\d+)", head)
        length = int(found[1]) if found and not bare else 0
        if length > self.most:
            return b""
        body = bytearray(rest)
        while len(body) < length:
            body += line.recv(1 << 20)
        return head + b"\r\n\r\n" + body

    def __exit__(self, *_):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.thread.join(5)
