"""Commands about jobs: what waits, runs and went wrong, and the clock."""

from datetime import UTC, datetime

from app import clock, jobs
from app.later import Job, Tick
from app.rights import machine
from routes.commands.words import Said, columns

ROWS = 100


def list_jobs(state: str = "") -> Said:
    """The jobs of one state, or of all, the newest first."""
    found = jobs.recent(machine(), state, ROWS)
    counts = jobs.counts(machine())
    totals = ", ".join(f"{count:,} {name}" for name in jobs.STATES if (count := getattr(counts, name)))
    rows = [(job.id, job.name, job.status, tried(job), when(job), what(job)) for job in found]
    return [*columns(rows), totals or "There are no jobs."], 0


def tried(job: Job) -> str:
    """How often it was begun, of how often it may be."""
    return f"{job.attempts}/{job.max_attempts}"


def when(job: Job) -> str:
    """The moment that matters in its state."""
    return moment(job.finished_at or job.run_at or job.started_at or job.created_at)


def what(job: Job) -> str:
    """How far it is, or what went wrong, in one line."""
    if job.status == "running":
        return f"{job.progress}% {job.said}".strip()
    return (job.error or job.said).partition("\n")[0][:100]


def moment(at: int | None) -> str:
    """A moment in UTC to the second."""
    return f"{datetime.fromtimestamp(at / clock.SECOND, UTC):%Y-%m-%d %H:%M:%SZ}" if at else "-"


def retry_job(id: str) -> Said:
    """Run a job again with all its attempts."""
    return [f"{jobs.retry(machine(), id).name} is queued again."], 0


def cancel_job(id: str) -> Said:
    """Never start a job, or stop it."""
    job = jobs.cancel(machine(), id)
    return [f"{job.name} is cancelled." if job.is_over else f"{job.name} is asked to stop."], 0


def run_job(id: str) -> Said:
    """Run a job now that waits."""
    return [f"{jobs.run_now(machine(), id).name} runs as soon as a worker is free."], 0


def show_clock() -> Said:
    """All periodic work."""
    rows = [("round", "every", "last made", "took", "next", "")]
    rows += [
        (tick.name, often(tick), moment(tick.ran_at), took(tick), moment(tick.next_at), tick.error or "")
        for tick in jobs.clock(machine())
    ]
    return columns(rows), 0


def often(tick: Tick) -> str:
    """How often: 30 s, 5 min, 1 h, 1 d; with its time of the day."""
    sizes = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))
    unit, size = next((each for each in sizes if tick.every % each[1] == 0), sizes[-1])
    at = "" if tick.at is None else f" at {tick.at // 60:02}:{tick.at % 60:02}Z"
    return f"{tick.every / size:g} {unit}{at}"


def took(tick: Tick) -> str:
    """How long the last one took."""
    return f"{tick.took / 1000:,.1f} ms" if tick.ran_at else "-"


COMMANDS = {
    "jobs.list": list_jobs,
    "jobs.retry": retry_job,
    "jobs.cancel": cancel_job,
    "jobs.run": run_job,
    "jobs.clock": show_clock,
}
