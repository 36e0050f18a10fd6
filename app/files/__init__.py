"""Files: what people bring, kept by its hash, with versions, folders and links."""

from app.files.receiving import Arrived as Arrived
from app.files.receiving import Arriving as Arriving
from app.files.receiving import Intake as Intake
from app.files.receiving import arrived as arrived
from app.files.receiving import receive as receive
from app.files.receiving import taking as taking
