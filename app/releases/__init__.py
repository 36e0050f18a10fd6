"""Releases: the one file is replaced by a newer one, proved, and put back by itself when it does not become ready.

`journal` notes each step, `checking` looks at a file before anything is touched, `exchanging` changes the two files,
`returning` goes back, `upgrading` is the command from its first step to its last, and `starting` is what a server that
starts in the midst of it does, so that whoever is killed is made good by whoever comes next.
"""

from app.releases.checking import here
from app.releases.journal import Release, Upgrade, read
from app.releases.starting import begin, is_under_way, opening, watch

__all__ = ["Release", "Upgrade", "begin", "here", "is_under_way", "opening", "read", "watch"]
