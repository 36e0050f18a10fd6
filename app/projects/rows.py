"""The row of a project."""

from sqlmodel import Field, SQLModel


class Project(SQLModel, table=True):
    """One person's folder for chats. `instructions` go before those of each chat inside; `model_id` is what a new chat
    begins with. Times in microseconds UTC."""

    id: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="account.id", index=True)
    name: str
    instructions: str = ""
    model_id: str | None = None
    created_at: int
    changed_at: int
