"""The overview for admins."""

from app import accounts, audit, config, jobs, metrics, providers, releases
from app.backups import health, points
from app.usage import budgets
from components.admin import AdminPage, Overview
from routes import readiness
from routes.accounts import house
from routes.pages import ADMIN, Me, Pages

ar = Pages("/admin", who=ADMIN)


@ar.get("")
def overview(me: Me):
    return AdminPage(me, seen(me), house())


def seen(me: Me) -> Overview:
    """The house as it is now."""
    kept = [(each, used(me, each)) for each in providers.all(me)]
    return Overview(
        metrics.machine(me),
        accounts.all(me),
        kept,
        jobs.counts(me),
        jobs.recent(me, "dead", 10),
        audit.recent(me),
        health.needs(me),
        health.state(me),
        points.last(me, "verify"),
        [each for each in budgets.all(me) if each.is_short],
        readiness.known().why,
        releases.read(config.current.data),
    )


def used(me: Me, provider: providers.Provider) -> int:
    """How many of a provider's models are in use."""
    return sum(model.enabled for model in providers.models(me, provider.id))
