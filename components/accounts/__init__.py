"""What the doors of the house look like, and one's own pages."""

from components.accounts.doors import LinkPage, SigninPage, UnlitPage
from components.accounts.own import AccountPage, ConfirmPage, PasswordPage, SessionsPage
from components.accounts.parts import OnceLink, PasswordAgain, Person
from components.accounts.welcome import WelcomePage

__all__ = [
    "AccountPage",
    "ConfirmPage",
    "LinkPage",
    "OnceLink",
    "PasswordAgain",
    "PasswordPage",
    "Person",
    "SessionsPage",
    "SigninPage",
    "UnlitPage",
    "WelcomePage",
]
