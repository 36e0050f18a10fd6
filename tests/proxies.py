"""Real proxies with the files of deploy/: only names, ports and certificates are those of the test."""

import os
import re
import socket
import ssl
import subprocess
import time
from pathlib import Path

import httpx2

from tests.servers import certificate

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
NAME = "localhost"
# What stands around a file of conf.d on a machine.
NGINX = """
worker_processes 1;
{user}
pid {home}/nginx.pid;
error_log {home}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {home}/bodies;
    proxy_temp_path {home}/answers;
    fastcgi_temp_path {home}/f; uwsgi_temp_path {home}/u; scgi_temp_path {home}/s;
    include {home}/inglenook.conf;
}}
"""
CADDY = """{{
	admin off
	local_certs
	skip_install_trust
	http_port {plain}
	https_port {port}
	storage file_system {home}
}}
"""


def free() -> int:
    """A port that nobody has just now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


class Proxy:
    """A proxy before the server that listens on this port, as long as the block runs."""

    def __init__(self, kind: str, home: Path, behind: int) -> None:
        self.kind, self.home, self.behind = kind, home, behind
        self.port, self.plain = free(), free()
        self.url = f"https://{NAME}:{self.port}"

    def __enter__(self) -> "Proxy":
        words, ca = getattr(self, self.kind)()
        surroundings = {"PATH": os.environ["PATH"], "HOME": str(self.home), "SITE": f"https://{NAME}:{self.port}"}
        surroundings["UPSTREAM"] = f"127.0.0.1:{self.behind}"
        with (self.home / "log").open("wb") as log:
            self.process = subprocess.Popen(words, env=surroundings, cwd=self.home, stdout=log, stderr=log)
        deadline = time.monotonic() + 20
        while not self.answers(ca):
            assert time.monotonic() < deadline and self.process.poll() is None, (self.home / "log").read_text()
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)

    def answers(self, ca: Path) -> bool:
        if not ca.exists():
            return False
        self.ca, self.trust = ca, ssl.create_default_context(cafile=str(ca))
        try:
            return httpx2.get(f"{self.url}/healthz", verify=self.trust, timeout=2).status_code < 500
        except httpx2.TransportError:
            return False

    def caddy(self) -> tuple[list[str], Path]:
        said = CADDY.format(plain=self.plain, port=self.port, home=self.home)
        (self.home / "Caddyfile").write_text(said + (DEPLOY / "Caddyfile").read_text())
        return ["caddy", "run", "--config", "Caddyfile"], self.home / "pki/authorities/local/root.crt"

    def nginx(self) -> tuple[list[str], Path]:
        key, chain = certificate(self.home, NAME)
        said = (DEPLOY / "nginx.conf").read_text()
        said = re.sub(r"ssl_certificate +\S+;", f"ssl_certificate {chain};", said)
        said = re.sub(r"ssl_certificate_key +\S+;", f"ssl_certificate_key {key};", said)
        said = re.sub(r"listen \[::\].*\n", "\n", said).replace("listen 80;", f"listen 127.0.0.1:{self.plain};")
        said = said.replace("listen 443 ", f"listen 127.0.0.1:{self.port} ").replace("ai.example.org", NAME)
        (self.home / "inglenook.conf").write_text(said.replace("127.0.0.1:8000", f"127.0.0.1:{self.behind}"))
        user = "user root;" if os.getuid() == 0 else ""
        (self.home / "nginx.conf").write_text(NGINX.format(home=self.home, user=user))
        return ["nginx", "-p", str(self.home), "-c", str(self.home / "nginx.conf"), "-g", "daemon off;"], chain
