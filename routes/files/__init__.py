"""Files: their pages, and the addresses by which their bytes come and go."""

from routes.files.places import ar as ar
