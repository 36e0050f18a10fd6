"""Files: what people bring, kept by its hash, with versions, folders and links."""

from functools import partial

from app import holdings
from app.files import folders as folders
from app.files.changing import change as change
from app.files.changing import move as move
from app.files.changing import rename as rename
from app.files.changing import untrash as untrash
from app.files.finding import FILES as FILES
from app.files.finding import File as File
from app.files.finding import allowed as allowed
from app.files.finding import find as find
from app.files.finding import held as held
from app.files.finding import pass_for as pass_for
from app.files.lists import KINDS as KINDS
from app.files.lists import mine as mine
from app.files.making import copy as copy
from app.files.making import create as create
from app.files.making import restore_revision as restore_revision
from app.files.making import revise as revise
from app.files.reading import Extracted as Extracted
from app.files.reading import extracted as extracted
from app.files.receiving import Arrived as Arrived
from app.files.receiving import Arriving as Arriving
from app.files.receiving import Intake as Intake
from app.files.receiving import arrived as arrived
from app.files.receiving import receive as receive
from app.files.receiving import taking as taking
from app.files.rows import Folder as Folder
from app.files.sending import packed as packed
from app.holdings import Page as Page
from app.holdings import Past as Past
from app.holdings import Row as Row
from app.holdings import password_pass as password_pass
from app.holdings import seen as seen

trash = partial(holdings.trash, FILES)
erase = partial(holdings.erase, FILES)
star = partial(holdings.star, FILES)
share = partial(holdings.share, FILES)
shares = partial(holdings.shares, FILES)
unshare = partial(holdings.unshare, FILES)
shared = partial(holdings.shared, FILES)
tags = partial(holdings.tags, FILES)
tags_of = partial(holdings.tags_of, FILES)
is_starred = partial(holdings.is_starred, FILES)
history = partial(holdings.history, FILES)
writable = partial(holdings.writable, FILES)
