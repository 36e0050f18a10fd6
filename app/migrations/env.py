"""Alembic's entry: the migrations run on the connection, and in the transaction, that `bring_up` has opened."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], render_as_batch=True)
context.run_migrations()
