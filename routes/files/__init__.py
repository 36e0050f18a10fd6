"""Files: their pages, and the addresses by which their bytes come and go.

Sending (a session's own pages, or a key with the scope files:write in an Authorization header):

- `PUT /files/{name}?folder=a/b&visibility=private&space=ID` takes the body; a file of that name in that folder gets a
  new version (200), else one is made (201). JSON `{"id", "name", "url", "raw", "type", "size", "revision"}` for who
  accepts it, a redirect to the page for a browser, else the link as a line.
- `POST /files` takes a multipart form: any number of files in fields of any name, and before them `folder_id` (or
  `folder`, a path), `space_id`, `visibility`, `clash` (rename, revise, refuse). `{"files": [...], "refused": [{"name",
  "message"}]}` as JSON, else 303 to the folder.
- `POST /files/{id}/revisions` takes one file as its next version: a form with `file`, or with a key the body itself;
  `base` (field or If-Match) is the revision that it changes.
- tus 1.0 at `/files/uploads` (OPTIONS, POST; then HEAD, PATCH, DELETE at `/files/uploads/{id}`), with the extensions
  creation, creation-with-upload, termination, expiration. `Upload-Metadata` knows `filename`, `folder_id`, `space_id`,
  `visibility`, and `file_id` with `base` for a new version. The answer that ends it (204, or 201 of the creation) has
  `Upload-File` with the file's id. 409 tells a wrong offset (ask HEAD), 410 one that is over, 423 one in use.
- `GET, PUT, POST /files/links/{token}` is an upload link: whoever has it sends one file, once.
- `POST /files/fetch` with `url` (and `folder_id`, `space_id`, `visibility`, `name`) begins a job that fetches it:
  `{"job", "status"}` as JSON, else 303; `GET /files/fetch/{job}` tells `{"state", "progress", "said", "id", "error"}`.

Reading (a session, a key with files:read, or `?token=` of a share link or of `files.pass_for`, `?password=`-less):

- `GET /files/{id}/raw` shows, `GET /files/{id}/download` saves; `?revision=N` an earlier one. Range (one or several),
  If-Range, ETag, If-None-Match, HEAD. `GET /files/zip?id=...&id=...&folder=ID` is all of these as one zip.
"""

from routes.files import changing as changing
from routes.files import downloading, fetching, linked, putting, tus, uploading
from routes.files import listing as listing
from routes.files import policy as policy
from routes.files import sharing as sharing
from routes.files import showing as showing
from routes.files.places import ar as ar

__all__ = ["ar", "downloading", "fetching", "linked", "putting", "tus", "uploading"]
