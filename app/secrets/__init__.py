"""The master secret and what it seals. Provider keys lie in the database only as sealed bytes.

data/secret.key holds the present key, which is also the recovery key, and below it those that were retired.
"""

from app.secrets.keys import add_key as add_key
from app.secrets.keys import is_given as is_given
from app.secrets.keys import open as open
from app.secrets.recovery import confirm_saved as confirm_saved
from app.secrets.recovery import forget as forget
from app.secrets.recovery import is_saved as is_saved
from app.secrets.recovery import recovery_key as recovery_key
from app.secrets.recovery import settle as settle
from app.secrets.recovery import unlock as unlock
from app.secrets.rotating import rotate as rotate
from app.secrets.rotating import sweep as sweep
from app.secrets.sealing import digest as digest
from app.secrets.sealing import opens_with as opens_with
from app.secrets.sealing import seal as seal
from app.secrets.sealing import token as token
from app.secrets.sealing import unseal as unseal
from app.secrets.stored import locked as locked
from app.secrets.stored import opens as opens
from app.secrets.stored import sealed_in as sealed_in
