"""What deploy/ and the workflow say is what the product does. Units are judged by systemd itself; what cannot run here
(containers, Fly.io, GitHub) is read."""

import ipaddress
import re
import shlex
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from app import config, db
from routes import arguments, knocking
from tests.conftest import PASSWORD
from tests.proxies import free

HOUSE = Path(__file__).resolve().parent.parent
DEPLOY, WORKFLOW = HOUSE / "deploy", HOUSE / ".github/workflows/release.yml"
PAGES = [HOUSE / "docs/deploy.md", *sorted((HOUSE / "docs/deploy").glob("*.md"))]
PROGRAM = "/opt/inglenook/inglenook"


def unit(name: str) -> dict[str, list[str]]:
    """The lines of a unit, by their names."""
    found: dict[str, list[str]] = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", (DEPLOY / name).read_text(), re.M):
        found.setdefault(key, []).append(value)
    return found


def parsed(words: list[str]) -> dict:
    """What the command line makes of these words; one that it does not know ends here."""
    return vars(arguments.parser().parse_args(words))


# ── systemd ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def units(tmp_path):
    """The units as they are installed, with a program that is on this machine."""
    for name in ("inglenook.service", "inglenook.socket"):
        (tmp_path / name).write_text((DEPLOY / name).read_text().replace(PROGRAM, sys.executable))
    return tmp_path


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", "--no-pager", *words], capture_output=True, text=True, timeout=60)


def test_systemd_has_nothing_to_say_about_the_units(units):
    assert said_of(units) == []
    (units / "inglenook.service").write_text((units / "inglenook.service").read_text() + "Hardned=yes\n")
    assert "Hardned" in said_of(units)[0], "it can fail"


def said_of(units: Path) -> list[str]:
    """What is said of ours; units of the machine that they want may have faults of their own."""
    done = analyze("verify", "--man=no", *(str(units / name) for name in ("inglenook.service", "inglenook.socket")))
    return [line for line in (done.stdout + done.stderr).splitlines() if "inglenook" in line]


def test_the_unit_is_as_closed_as_the_handbook_says(units):
    done = analyze("security", "--offline=true", "--threshold=25", str(units / "inglenook.service"))
    assert done.returncode == 0, done.stdout
    exposure = re.search(r"Overall exposure level for inglenook\.service: ([\d.]+)", done.stdout)[1]
    if "systemd 252" in analyze("--version").stdout:  # others look at more, or at less
        assert f"says {exposure} (systemd 252)," in (HOUSE / "docs/deploy/systemd.md").read_text()


def test_the_unit_leaves_room_for_what_the_product_does():
    said = unit("inglenook.service")
    words = shlex.split(said["ExecStart"][0])
    assert words[0] == PROGRAM and parsed(words[1:])["command"] == "serve"
    assert set(said["RestrictNamespaces"][0].split()) == {"user", "net", "ipc"}, "the readers' own locks"
    allowed = " ".join(line for line in said["SystemCallFilter"] if not line.startswith("~"))
    assert {"@system-service", "landlock_restrict_self", "seccomp"} <= set(allowed.split())
    assert "MemoryDenyWriteExecute" not in said, "PDFs are not read with it"
    assert said["KillMode"] == ["mixed"], "else Litestream is told to end before its last copy"
    assert said["Type"] == ["notify"] and "-HUP" in said["ExecReload"][0] and said["OOMPolicy"] == ["continue"]
    assert unit("inglenook.socket")["ListenStream"] == [f"127.0.0.1:{config.Config().port}"]


def test_the_wrapper_gives_commands_the_unit_s_user_directories_and_settings():
    script, said = (DEPLOY / "inglenook.sh").read_text(), unit("inglenook.service")
    assert subprocess.run(["sh", "-n", str(DEPLOY / "inglenook.sh")]).returncode == 0
    for line in (f"--uid={said['User'][0]}", f"EnvironmentFile={said['EnvironmentFile'][0]}", PROGRAM):
        assert line in script
    for name in ("CacheDirectory", "CacheDirectoryMode", "StateDirectory", "StateDirectoryMode", "UMask"):
        assert f"--property={name}={said[name][0]} " in script
    assert f"--setenv={said['Environment'][0]} " in script


# ── containers ────────────────────────────────────────────────────────────────────────────────────────────────────────
def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions and what they say, without comments."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text(), flags=re.M).replace("\\\n", " ")
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in text.splitlines() if line.strip()]


def last_stage() -> list[tuple[str, str]]:
    said = instructions()
    return said[max(at for at, (name, _) in enumerate(said) if name == "FROM") :]


def exec_form(text: str) -> list[str]:
    return yaml.safe_load(text[text.index("[") :])


def test_the_image_is_a_user_of_its_own_a_volume_and_the_file():
    stage = last_stage()
    names = [name for name, _ in stage]
    users = [said for name, said in stage if name == "USER"]
    assert users == ["10001:10001"] and names.index("USER") < names.index("ENTRYPOINT")
    surroundings = dict(pair.split("=") for name, said in stage if name == "ENV" for pair in said.split())
    assert [said for name, said in stage if name == "VOLUME"] == [surroundings["INGLENOOK_DATA"]] == ["/data"]
    assert [said for name, said in stage if name == "EXPOSE"] == [str(config.Config().port)]
    options = {name: value for name, value in surroundings.items() if name.startswith("INGLENOOK_")}
    assert config.read(options).host == "0.0.0.0"
    installed = " ".join(said for name, said in stage if name == "RUN")
    assert "curl" not in installed and "python" not in installed
    assert not [said for name, said in instructions() if name in ("ARG", "ENV") and re.search("KEY|SECRET|TOKEN", said)]


def test_what_the_image_runs_is_a_command_of_the_product():
    stage = dict(last_stage())
    (program,) = exec_form(stage["ENTRYPOINT"])
    assert parsed(exec_form(stage["CMD"]))["command"] == "serve"
    asked = exec_form(stage["HEALTHCHECK"])
    assert asked[0] == program and parsed(asked[1:])["asked"] == "alive"
    copied = next(said for name, said in last_stage() if name == "COPY").split()
    assert "--from=file" in copied and copied[-1].endswith(f"/{program}")


def test_both_stages_have_the_same_c_library():
    releases = [re.search(r"(bookworm|trixie)", said) for name, said in instructions() if name == "FROM"]
    assert {found[1] for found in releases if found} == {"bookworm"}


def test_what_is_sent_to_the_build_is_there_and_is_no_state():
    said = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    taken = [line[1:] for line in said if line.startswith("!")]
    assert "*" in said and not [path for path in taken if not list(HOUSE.glob(path))]
    assert {"app", "components", "routes", "workers", "main.py", "static", "docs", "deploy", "Makefile"} <= set(taken)
    assert not {".git", ".venv", "data", "tests"} & set(taken)


def test_compose_holds_both_and_opens_the_proxy_alone():
    said = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    ours, caddy = said["services"]["inglenook"], said["services"]["caddy"]
    assert "ports" not in ours and {"80:80", "443:443"} <= set(caddy["ports"])
    read = config.read(ours["environment"])
    subnet = ipaddress.ip_network(said["networks"]["inside"]["ipam"]["config"][0]["subnet"])
    assert read.trusted_proxies == (subnet,) and read.url == f"https://{caddy['environment']['SITE']}"
    assert set(re.findall(r"\{\$(\w+):", (DEPLOY / "Caddyfile").read_text())) == set(caddy["environment"])
    assert (DEPLOY / caddy["volumes"][0].partition(":")[0]).is_file()
    assert ours["read_only"] and ours["init"] and ours["cap_drop"] == ["ALL"]
    assert {name for each in (ours, caddy) for name in (v.partition(":")[0] for v in each["volumes"])} >= {"data"}


# ── Fly.io ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def fly() -> dict:
    return tomllib.loads((DEPLOY / "fly.toml").read_text())


def test_fly_has_one_machine_that_never_sleeps_and_ends_well():
    said = fly()
    assert said["kill_signal"] == "SIGTERM" and 5 < said["kill_timeout"] <= 300
    http = said["http_service"]
    assert (http["auto_stop_machines"], http["min_machines_running"]) == ("off", 1) and http["force_https"]
    assert said["mounts"]["destination"] == "/data" and http["internal_port"] == config.Config().port
    assert http["http_options"]["idle_timeout"] >= config.Config().first_token
    for name in ("dockerfile", "ignorefile"):
        assert (DEPLOY / said["build"][name]).is_file()


def test_fly_s_settings_start_the_product_with_a_bucket():
    keys = {"INGLENOOK_S3_KEY": "key", "INGLENOOK_S3_SECRET": "secret"}
    read = config.read(fly()["env"] | keys)
    assert read.replica.startswith("s3://") and read.url == f"https://{fly()['app']}.fly.dev"


def test_what_fly_asks_answers_on_any_host(nobody, house):
    said, before = fly(), config.current
    asked = [each["path"] for each in (*said["http_service"]["checks"], *said["checks"].values())]
    assert asked == ["/healthz", "/readyz"]
    config.use(replace(before, url=said["env"]["INGLENOOK_URL"]))
    try:
        assert [nobody.get(path).status_code for path in asked][0] == 200
        assert nobody.get("/readyz").status_code in (200, 503), "and not 421"
    finally:
        config.use(before)


def test_a_person_at_fly_is_known_by_their_own_address(nobody, bob):
    """Fly adds the app's own address behind the person's: trusted, it is passed over."""
    before, app = config.current, "66.241.124.9"
    trusted = config.read(fly()["env"] | {"INGLENOOK_REPLICA": "off"}).trusted_proxies
    config.use(replace(before, trusted_proxies=(*trusted, *config.networks("x", f"127.0.0.1,{app}"))))
    try:
        claimed = {"x-forwarded-for": f"198.51.100.1, 203.0.113.6, {app}", "x-forwarded-proto": "https"}
        nobody.post("/signin", data={"email": bob.email, "password": PASSWORD}, headers=claimed)
    finally:
        config.use(before)
    row = db.fetch("select address from session where user_id = ? order by id desc", bob.id)
    assert row[0] == "203.0.113.6"


# ── the workflow ──────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture(scope="module")
def jobs() -> dict:
    return yaml.safe_load(WORKFLOW.read_text())["jobs"]


def steps(jobs: dict) -> list[dict]:
    return [step for job in jobs.values() for step in job["steps"]]


def test_nothing_is_allowed_above_a_job_and_only_the_last_ones_write(jobs):
    assert yaml.safe_load(WORKFLOW.read_text())["permissions"] == {}
    writes = {name: [of for of, right in job["permissions"].items() if right == "write"] for name, job in jobs.items()}
    assert writes["test"] == writes["build"] == [] and writes["image"] == ["packages"]
    assert set(writes["release"]) == {"contents", "packages", "id-token", "attestations"}
    assert all("timeout-minutes" in job for job in jobs.values())
    assert jobs["build"]["needs"] == "test" and "refs/tags/v" in jobs["build"]["if"]


def test_actions_are_github_s_own_and_pinned_as_the_handbook_says(jobs):
    used = [step["uses"] for step in steps(jobs) if "uses" in step]
    assert used and all(each.startswith("actions/") for each in used)
    loose = {each for each in used if not re.search(r"@[0-9a-f]{40}$", each)}
    assert {each.partition("@")[0] for each in loose} == {"actions/attest-build-provenance", "actions/attest-sbom"}
    checkouts = [step for step in steps(jobs) if "actions/checkout" in step.get("uses", "")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_its_scripts_are_scripts_and_take_no_words_from_outside(jobs):
    scripts = [step["run"] for step in steps(jobs) if "run" in step]
    assert not [script for script in scripts if "${{" in script]
    for script in scripts:
        assert subprocess.run(["bash", "-n"], input=script, text=True).returncode == 0, script


def test_what_it_calls_of_ours_is_there(jobs):
    said = "\n".join(step["run"] for step in steps(jobs) if "run" in step)
    makefile = (HOUSE / "Makefile").read_text()
    assert all(re.search(rf"^[\w -]*\b{name}\b[\w -]*:", makefile, re.M) for name in re.findall(r"\bmake (\w+)", said))
    commands = re.findall(r"(?:dist/|docker exec it )inglenook ((?:--?\w+|check|version|serve)\b[^&|\n]*)", said)
    assert len(commands) >= 5
    for command in commands:
        parsed(shlex.split(command.replace('"$RUNNER_TEMP/data"', "data")))
    assert (HOUSE / ".ci/run").is_file() and "deploy/Dockerfile" in said
    told = (HOUSE / "docs/deploy/releases.md").read_text()
    assert all(name in told for name in ("inglenook-deploy.tar.gz", "SHA256SUMS", "inglenook-x86_64", "ghcr.io"))


# ── the pages, and the question of a container ────────────────────────────────────────────────────────────────────────
def test_every_file_of_deploy_that_a_page_names_is_there_and_none_is_untold():
    told = {name for page in PAGES for name in re.findall(r"\bdeploy/([\w.]+\.\w+|Dockerfile)", page.read_text())}
    missing = {name for name in told if not (DEPLOY / name).is_file() and not (HOUSE / "docs/deploy" / name).is_file()}
    assert not missing - {"inglenook.nothing"}
    ours = {"Caddyfile", "nginx.conf", "inglenook.service", "inglenook.socket", "inglenook.sh", "Dockerfile"}
    assert not {
        name
        for name in ours | {"compose.yaml", "fly.toml"}
        if f"deploy/{name}" not in "".join(page.read_text() for page in PAGES)
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_are_commands(page):
    for block in re.findall(r"^```sh\n(.*?)^```", page.read_text(), re.S | re.M):
        assert subprocess.run(["bash", "-n"], input=block, text=True).returncode == 0, block


def test_a_container_can_ask_whether_it_serves_without_curl(house):
    port = int(house.url.rpartition(":")[2])
    script = (
        "import sys, main; code = main.main(['check', '--alive']); sys.exit(code + 2 * ('sqlmodel' in sys.modules))"
    )
    asked = {"PATH": "/usr/bin:/bin", "INGLENOOK_HOST": "0.0.0.0"}

    def ask(port: int) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-c", script]
        return subprocess.run(
            words, env=asked | {"INGLENOOK_PORT": str(port)}, cwd=HOUSE, capture_output=True, text=True, timeout=20
        )

    assert (ask(port).returncode, ask(port).stdout) == (0, "ok\n")
    nothing = ask(free())
    assert nothing.returncode == 1 and "Connection refused" in nothing.stdout + nothing.stderr


def test_it_asks_for_readiness_too(house):
    before = config.current
    config.use(replace(before, port=int(house.url.rpartition(":")[2])))
    try:
        words, code = knocking.ask("ready")
        assert (words, code) in ((["ready"], 0), (["unready"], 1))
    finally:
        config.use(before)
