"""The overview for admins: the state of the machine, what needs a look, and what happened."""

import re
from dataclasses import replace

import pytest

from app import db, metrics, rights, secrets
from app.errors import Forbidden, Unknown
from app.rights import Caller
from components.admin import MachineTable, size, span
from components.page import document
from tests.test_jobs import until


def words(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2]).split())


def test_the_overview_shows_the_machine_the_people_and_the_providers(alice, model) -> None:
    model("plain")
    page = alice.get("/admin")
    assert page.status_code == 200
    text = words(page)
    for name in (
        "Version",
        "Database",
        "WAL",
        "Disk",
        "Memory of the server",
        "SQLite",
        "People",
        "Jobs waiting",
        "fake",
    ):
        assert name in text, name
    assert 'href="/admin/people"' in page.text and 'href="/admin/providers"' in page.text


def test_what_somebody_did_is_on_the_overview_with_a_link_to_the_person(alice) -> None:
    alice.get("/admin")
    page = alice.get("/admin")
    assert "accounts.sign_in" in page.text
    assert f'href="/admin/people/{alice.id}"' in page.text


def test_a_failed_job_needs_a_look_and_says_what_went_wrong(alice) -> None:
    with db.write() as tx:
        id = tx.later("os.system", "true")
    until(lambda: db.fetch("select state from job where id = ?", id)[0] == "dead")
    page = alice.get("/admin")
    assert "No job is called os.system" in page.text
    assert "to look at" in page.text
    assert re.search(r"(One job is|jobs are) dead", page.text)
    assert f'href="/admin/jobs/{id}"' in page.text and 'href="/admin/jobs?state=dead"' in page.text


def test_what_is_wrong_with_the_copies_is_said_and_leads_to_its_page(alice) -> None:
    page = alice.get("/admin")
    assert "There is no replica." in page.text and "INGLENOOK_REPLICA is off" in page.text
    assert 'href="/admin/backups"' in page.text.partition("<main")[2]


def test_the_recovery_key_stands_among_the_needs_until_it_is_saved(alice) -> None:
    with db.write() as tx:
        tx.run("delete from setting where key = 'recovery_saved'")
    main = alice.get("/admin").text.partition("<main")[2]
    assert "Nobody has saved the recovery key." in main and 'href="/admin/backups/key"' in main
    secrets.confirm_saved(rights.machine())
    assert "recovery key" not in alice.get("/admin").text.partition("<main")[2]


def test_the_worst_comes_first(alice) -> None:
    with db.write() as tx:
        id = tx.later("os.system", "true")
    until(lambda: db.fetch("select state from job where id = ?", id)[0] == "dead")
    kinds = re.findall(r'class="callout (bad|warn|note)"', alice.get("/admin").text)
    assert kinds[0] == "bad" and kinds == sorted(kinds, key=("bad", "warn", "note").index)
    with db.write() as tx:
        tx.run("delete from job where id = :id", id=id)


def test_a_provider_that_failed_its_test_needs_a_look(alice, upstream, house) -> None:
    from app import providers

    me = rights.machine()
    broken = providers.add(me, "broken", "http://127.0.0.1:1/v1")
    providers.add_model(me, broken.id, "some")
    alice.post(f"/admin/providers/{broken.id}/checks")
    page = alice.get("/admin")
    assert "broken failed its last test" in page.text
    assert f'href="/admin/providers/{broken.id}"' in page.text
    providers.remove(me, broken.id)
    assert "broken failed" not in alice.get("/admin").text


def test_a_full_disk_is_said(house) -> None:
    machine = metrics.machine(rights.machine())
    assert machine.disk_total > machine.disk_free > 0
    assert machine.database > 0 and machine.memory > 10 << 20
    full = replace(machine, disk_free=machine.disk_total // 50)
    assert full.disk_is_low
    assert "warn" in document(MachineTable(full))


def test_every_link_of_the_overview_leads_somewhere(alice, model) -> None:
    model("plain")
    page = alice.get("/admin")
    links = set(re.findall(r'href="(/[^"#]*)', page.text.partition("<body")[2]))
    assert "/admin/groups" in links
    assert not {link: status for link in links if (status := alice.get(link).status_code) != 200}


def test_members_and_strangers_see_nothing_of_it(bob, nobody) -> None:
    assert bob.get("/admin").status_code == 403
    assert nobody.get("/admin").url.path == "/signin"
    with pytest.raises(Forbidden):
        metrics.machine(Caller(id=bob.id, role="member"))
    with pytest.raises(Unknown):
        metrics.machine(Caller())


def test_sizes_and_durations_are_in_words() -> None:
    assert [size(count) for count in (0, 999, 1000, 20 << 10, 5 << 20, 3 << 40)] == [
        "0 B",
        "999 B",
        "1.0 KiB",
        "20 KiB",
        "5.0 MiB",
        "3.0 TiB",
    ]
    assert [span(seconds) for seconds in (1, 60, 7300, 200_000)] == [
        "less than a minute",
        "1 minute",
        "2 hours",
        "2 days",
    ]
