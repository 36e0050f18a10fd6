"""Following: the log of changes, for projections. It tells ids, never what they hold; who reads on asks `visible`."""

from app import db
from app.items.plain import columns, made
from app.items.rows import Change


def changes(after: int = 0, limit: int = 500) -> list[Change]:
    """What became different after this number, in the order of the commits."""
    sql = f"select {', '.join(columns(Change))} from change where seq > ? order by seq limit ?"
    return [made(Change, row) for row in db.fetch_all(sql, after, limit)]
