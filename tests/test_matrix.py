"""The matrix: what each route answers to nobody, to the owner of the thing, to another member, and to an admin.

Machine routes know keys only: the second table says what each of them answers to which key.

Every route of the app stands in the table below; a new one fails until somebody has thought about who may ask it.
`signin` is a redirect to sign in; every other answer is its status. The things are Bob's (`owner`), or the house's
where only admins have business; each line gets things of its own, and is asked by the owner last.
"""

import itertools
import re
from types import SimpleNamespace

import httpx2
import pytest

import main
from app import (
    accounts,
    chats,
    clock,
    db,
    files,
    gateway,
    holdings,
    keys,
    pastes,
    presets,
    projects,
    prompts,
    providers,
    rights,
    secrets,
    spaces,
    usage,
)
from app.accounts import groups, throttle
from app.accounts.sessions import begin
from app.chats import importing, sharing
from app.files import fetching, uploads
from app.keys import knocking
from app.tools.rows import OauthClient, OauthToken
from components.addresses import asset
from tests import exports
from tests.conftest import PASSWORD

ROLES = ("nobody", "another", "admin", "owner")
TABLE = """
method  path                                             nobody  another  admin  owner
GET     /static/{tag}/{name:path}                        200     200      200    200
GET     /favicon.ico                                     200     200      200    200
GET     /healthz                                         200     200      200    200
GET     /                                                signin  200      200    200
GET     /palette                                         signin  200      200    200
GET     /chats                                           signin  200      200    200
POST    /chats                                           401     303      303    303
GET     /chats/import                                    signin  200      200    200
POST    /chats/import                                    401     422      422    422
GET     /chats/imports/{id:id}                           signin  404      404    200
POST    /chats/selection/archive                         401     404      404    303
POST    /chats/selection/archive/removal                 401     404      404    303
POST    /chats/selection/project                         401     404      404    303
POST    /chats/selection/tags                            401     404      404    303
POST    /chats/selection/tags/removal                    401     404      404    303
POST    /chats/selection/removal                         401     404      404    303
POST    /chats/selection/restoration                     401     404      404    303
POST    /chats/selection/restoration/{at:int}            401     404      404    303
POST    /chats/selection/remains                         401     404      404    303
POST    /chats/selection/export                          401     404      404    200
GET     /projects                                        signin  200      200    200
POST    /projects                                        401     303      303    303
GET     /projects/{id:id}                                signin  404      404    200
POST    /projects/{id:id}                                401     404      404    303
GET     /projects/{id:id}/settings                       signin  404      404    200
POST    /projects/{id:id}/removal                        401     404      404    303
GET     /projects/{id:id}/attachments                    signin  404      404    200
POST    /projects/{id:id}/attachments                    401     404      404    303
POST    /projects/{id:id}/files                          401     404      404    422
POST    /projects/{id:id}/attachments/{kind}/{target:id}/removal  401  404  404  303
GET     /chats/{id:id}                                   signin  404      404    200
GET     /chats/{id:id}/turns                             signin  404      404    200
GET     /chats/{id:id}.md                                signin  404      404    200
GET     /chats/{id:id}.txt                               signin  404      404    200
GET     /chats/{id:id}.json                              401     404      404    200
POST    /chats/{id:id}/messages                          401     404      404    303
POST    /chats/{id:id}/messages/{mid:id}/versions        401     404      404    303
GET     /chats/{id:id}/messages/{mid:id}                 signin  404      404    303
GET     /chats/{id:id}/messages/{mid:id}.md              signin  404      404    200
GET     /chats/{id:id}/messages/{mid:id}/edit            signin  404      404    200
GET     /chats/{id:id}/messages/{mid:id}/another         signin  404      404    200
POST    /chats/{id:id}/messages/{mid:id}/calls/{n:int}   401     404      404    409
GET     /chats/{id:id}/messages/{mid:id}/stream          signin  404      404    200
GET     /chats/{id:id}/stream                            signin  404      404    200
DELETE  /chats/{id:id}/messages/{mid:id}/reply           401     404      404    204
POST    /chats/{id:id}/messages/{mid:id}/reply/stop      401     404      404    303
POST    /chats/{id:id}/messages/{mid:id}/choice          401     404      404    409
DELETE  /chats/{id:id}/reply                             401     404      404    204
POST    /chats/{id:id}/reply/stop                        401     404      404    303
PUT     /chats/{id:id}/leaf                              401     404      404    200
POST    /chats/{id:id}/leaf                              401     404      404    303
PUT     /drafts/new                                      401     204      204    204
GET     /drafts/{id}/attachments                         signin  404      404    200
GET     /drafts/{id}/attachments/choices                 signin  200      200    200
POST    /drafts/{id}/attachments                         401     404      404    303
POST    /drafts/{id}/attachments/removal                 401     404      404    303
POST    /chats/{id:id}/messages/{mid:id}/copies          401     404      404    303
PUT     /drafts/{id:id}                                  401     404      404    204
GET     /chats/{id:id}/title                             signin  404      404    200
PUT     /chats/{id:id}/title                             401     404      404    200
GET     /chats/{id:id}/title/late                        signin  404      404    200
PUT     /chats/{id:id}/pin                               401     404      404    200
DELETE  /chats/{id:id}/pin                               401     404      404    200
PUT     /chats/{id:id}/archive                           401     404      404    200
DELETE  /chats/{id:id}/archive                           401     404      404    200
DELETE  /chats/{id:id}                                   401     404      404    200
POST    /chats/{id:id}/restoration                       401     404      404    303
DELETE  /chats/{id:id}/remains                           401     404      404    200
PUT     /chats/{id:id}/settings                          401     404      404    200
GET     /chats/{id:id}/place                             signin  404      404    200
POST    /chats/{id:id}/place                             401     404      404    303
GET     /chats/{id:id}/shares                            signin  404      404    200
POST    /chats/{id:id}/shares                            401     404      404    200
POST    /chats/{id:id}/shares/{share_id:id}/removal      401     404      404    303
GET     /shared/{token}                                  404     404      404    404
GET     /shared/{token}.md                               404     404      404    404
GET     /shared/{token}.txt                              404     404      404    404
GET     /shared/{token}.json                             404     404      404    404
GET     /chats/{id:id}/newer                             signin  404      404    200
GET     /signin                                          200     303      303    303
POST    /signin                                          303     303      303    303
POST    /signout                                         303     303      303    303
GET     /links/{token}                                   200     200      200    200
POST    /links/{token}                                   303     410      410    410
GET     /welcome                                         signin  403      200    403
POST    /welcome/providers                               401     403      422    403
POST    /welcome/default                                 401     403      303    403
GET     /welcome/key                                     signin  403      200    403
GET     /settings                                        signin  200      200    200
POST    /settings                                        401     303      303    303
POST    /settings/theme                                  401     303      303    303
POST    /settings/timezone                               401     204      204    204
GET     /settings/password                               signin  200      200    200
POST    /settings/password                               401     422      422    422
GET     /settings/sessions                               signin  200      200    200
POST    /settings/sessions/ending                        401     303      303    303
POST    /settings/sessions/{id:id}/ending                401     404      404    303
GET     /settings/confirm                                signin  200      200    200
POST    /settings/confirm                                401     422      422    422
GET     /settings/export                                 signin  200      200    200
GET     /settings/export/own                             signin  200      200    200
GET     /settings/export/spaces/{id:id}                  signin  404      404    200
GET     /prompts                                         signin   200      200    200
GET     /prompts/choices                                 signin   200      200    200
GET     /prompts/new                                     signin   200      200    200
POST    /prompts                                         401      303      303    303
GET     /prompts/{id:id}                                 signin   404      404    200
GET     /prompts/{id:id}/edit                            signin   404      404    200
POST    /prompts/{id:id}/revisions                       401      404      404    303
POST    /prompts/{id:id}/copies                          401      404      404    303
GET     /prompts/{id:id}/uses                            signin   404      404    200
POST    /prompts/{id:id}/uses                            401      404      404    303
GET     /prompts/{id:id}/history                         signin   404      404    200
GET     /prompts/{id:id}/revisions/{number:int}          signin   404      404    200
POST    /prompts/{id:id}/revisions/{number:int}/restoration  401      404      404    303
GET     /prompts/{id:id}/diff                            signin   303      303    303
GET     /prompts/{id:id}/diff/{span}                     signin   404      404    200
GET     /prompts/{id:id}/readers                         signin   404      404    200
POST    /prompts/{id:id}/readers                         401      404      404    303
POST    /prompts/{id:id}/shares                          401      404      404    303
POST    /prompts/{id:id}/shares/{share_id:id}/removal  401      404      404    303
POST    /prompts/{id:id}/trash                           401      404      404    303
POST    /prompts/{id:id}/restoration                     401      404      404    303
POST    /prompts/{id:id}/removal                         401      404      404    303
GET     /presets                                         signin   200      200    200
GET     /presets/new                                     signin   200      200    200
POST    /presets                                         401      303      303    303
GET     /presets/{id:id}                                 signin   404      404    200
GET     /presets/{id:id}/edit                            signin   404      404    200
POST    /presets/{id:id}/revisions                       401      404      404    303
POST    /presets/{id:id}/copies                          401      404      404    303
GET     /presets/{id:id}/history                         signin   404      404    200
GET     /presets/{id:id}/revisions/{number:int}          signin   404      404    200
POST    /presets/{id:id}/revisions/{number:int}/restoration  401      404      404    303
GET     /presets/{id:id}/diff                            signin   303      303    303
GET     /presets/{id:id}/diff/{span}                     signin   404      404    200
GET     /presets/{id:id}/readers                         signin   404      404    200
POST    /presets/{id:id}/readers                         401      404      404    303
POST    /presets/{id:id}/shares                          401      404      404    303
POST    /presets/{id:id}/shares/{share_id:id}/removal  401      404      404    303
POST    /presets/{id:id}/trash                           401      404      404    303
POST    /presets/{id:id}/restoration                     401      404      404    303
POST    /presets/{id:id}/removal                         401      404      404    303
GET     /chats/new                                       signin   200      200    200
GET     /pastes                                          signin  200      200    200
GET     /pastes/new                                      signin  200      200    200
POST    /pastes                                          401     303      303    303
GET     /p/{id:id}                                       404     404      404    200
POST    /p/{id:id}/reading                               404     404      404    200
POST    /p/{id:id}/opening                               404     404      404    303
POST    /p/{id:id}/star                                  401     404      404    303
POST    /p/{id:id}/star/removal                          401     303      303    303
POST    /p/{id:id}/forks                                 401     404      404    303
POST    /p/{id:id}/question                              401     404      404    303
GET     /p/{id:id}/edit                                  404     404      404    200
POST    /p/{id:id}/revisions                             404     404      404    303
GET     /p/{id:id}/history                               404     404      404    200
GET     /p/{id:id}/revisions/{number:int}                404     404      404    200
POST    /p/{id:id}/revisions/{number:int}/restoration    401     404      404    303
GET     /p/{id:id}/diff                                  303     303      303    303
GET     /p/{id:id}/diff/{span}                           404     404      404    200
GET     /p/{id:id}/settings                              401     404      404    200
POST    /p/{id:id}/settings                              401     404      404    303
POST    /p/{id:id}/shares                                401     404      404    200
POST    /p/{id:id}/shares/{share_id:id}/removal          401     404      404    303
POST    /p/{id:id}/trash                                 401     404      404    303
POST    /p/{id:id}/restoration                           401     404      404    303
POST    /p/{id:id}/removal                               401     404      404    303
GET     /p                                               200     200      200    200
POST    /p                                               401     201      201    201
POST    /p/                                              401     201      201    201
PUT     /p                                               401     201      201    201
PUT     /p/{name:name}                                   401     201      201    201
PUT     /p/{id:id}                                       401     404      404    200
DELETE  /p/{id:id}                                       404     404      404    200
GET     /p/{id:id}/raw                                   404     404      404    200
GET     /p/{id:id}/raw/{name:path}                       404     404      404    200
GET     /p/{id:id}.txt                                   404     404      404    200
GET     /p/{id:id}.md                                    404     404      404    200
GET     /p/{id:id}.json                                  404     404      404    200
GET     /p/{id:id}.zip                                   404     404      404    200
GET     /p/{id:id}/embed                                 404     404      404    404
GET     /p/{id:id}/qr.svg                                404     404      404    200
GET     /.well-known/pastebinit.conf                     200     200      200    200
GET     /keys                                            signin  200      200    200
GET     /keys/new                                        signin  200      200    200
POST    /keys                                            401     200      200    200
GET     /keys/{id:id}                                    signin  404      200    200
POST    /keys/{id:id}                                    401     404      404    303
POST    /keys/{id:id}/rotation                           401     404      404    200
POST    /keys/{id:id}/earlier                            401     404      404    303
POST    /keys/{id:id}/revocation                         401     404      303    303
GET     /oauth/authorize                                 400     400      400    400
GET     /oauth/consent                                   404     404      404    404
POST    /oauth/consent                                   401     404      404    404
GET     /settings/programs                               signin  200      200    200
POST    /settings/programs/{family}/ending               401     404      404    303
GET     /usage                                           signin  200      200    200
GET     /usage.csv                                       signin  200      200    200
GET     /usage/calls                                     signin  200      200    200
GET     /usage/statements                                signin  200      200    200
GET     /usage/statements.csv                            signin  200      200    200
GET     /spaces                                          signin  200      200    200
POST    /spaces                                          401     303      303    303
GET     /spaces/{id:id}                                  signin  404      404    200
POST    /spaces/{id:id}/name                             401     404      404    303
POST    /spaces/{id:id}/archival                         401     404      404    303
POST    /spaces/{id:id}/restoration                      401     404      404    303
POST    /spaces/{id:id}/members                          401     404      404    303
POST    /spaces/{id:id}/members/{user_id:id}/role        401     404      404    303
POST    /spaces/{id:id}/members/{user_id:id}/removal     401     404      404    303
GET     /admin                                           signin  403      200    403
GET     /admin/people                                    signin  403      200    403
POST    /admin/people/invitations                        401     403      200    403
POST    /admin/people/invitations/{id:id}/withdrawal     401     403      303    403
GET     /admin/people/{id:id}                            signin  403      200    403
POST    /admin/people/{id:id}/role                       401     403      303    403
POST    /admin/people/{id:id}/reset                      401     403      200    403
POST    /admin/people/{id:id}/deactivation               401     403      303    403
POST    /admin/people/{id:id}/reactivation               401     403      303    403
GET     /admin/groups                                    signin  403      200    403
POST    /admin/groups                                    401     403      303    403
GET     /admin/groups/{id:id}                            signin  403      200    403
POST    /admin/groups/{id:id}/name                       401     403      303    403
POST    /admin/groups/{id:id}/deletion                   401     403      303    403
POST    /admin/groups/{id:id}/members                    401     403      303    403
POST    /admin/groups/{id:id}/members/{user_id:id}/removal  401  403      303    403
GET     /admin/keys                                      signin  403      200    403
POST    /admin/keys/limit                                401     403      303    403
GET     /admin/budgets                                   signin  403      200    403
POST    /admin/budgets                                   401     403      303    403
POST    /admin/budgets/limits                            401     403      303    403
POST    /admin/budgets/days                              401     403      303    403
POST    /admin/budgets/{id:id}/removal                   401     403      303    403
GET     /files                                           signin  200      200    200
GET     /files/new                                       signin  200      200    200
GET     /files/selection                                 signin  303      303    303
POST    /files/selection                                 401     303      303    303
POST    /files/links                                     401     200      200    200
POST    /files/folders                                   401     303      303    303
POST    /files/folders/{id:id}/name                      401     404      404    303
POST    /files/folders/{id:id}/trash                     401     404      404    303
GET     /files/{id:id}                                   404     404      404    200
GET     /files/{id:id}/thumbnail                         404     404      404    302
GET     /files/{id:id}/text                              404     404      404    303
POST    /files/{id:id}/opening                           404     404      404    303
POST    /files/{id:id}/star                              401     404      404    303
POST    /files/{id:id}/star/removal                      401     303      303    303
POST    /files/{id:id}/question                          401     404      404    303
POST    /files/{id:id}/copies                            401     404      404    303
POST    /files/{id:id}/name                              401     404      404    303
POST    /files/{id:id}/trash                             401     404      404    303
GET     /files/{id:id}/history                           404     404      404    200
GET     /files/{id:id}/revisions/{number:int}            404     404      404    200
POST    /files/{id:id}/revisions/{number:int}/restoration  401   404      404    303
GET     /files/{id:id}/settings                          signin  404      404    200
POST    /files/{id:id}/settings                          401     404      404    303
POST    /files/{id:id}/shares                            401     404      404    200
POST    /files/{id:id}/shares/{share_id:id}/removal      401     404      404    303
GET     /files/{id:id}/raw                               404     404      404    200
GET     /files/{id:id}/download                          404     404      404    200
GET     /files/zip                                       signin  404      404    200
POST    /files                                           401     422      422    422
POST    /files/{id:id}/revisions                         401     404      404    200
POST    /files/fetch                                     401     303      303    303
GET     /files/fetch/{job:id}                            signin  404      404    200
GET     /files/links/{token}                             200     200      200    200
PUT     /files/links/{token}                             201     410      410    410
POST    /files/links/{token}                             201     410      410    410
POST    /files/uploads                                   401     201      201    201
PATCH   /files/uploads/{id:id}                           401     404      404    204
DELETE  /files/uploads/{id:id}                           401     404      404    204
PUT     /files/{name:name}                               401     201      201    201
GET     /admin/files                                     signin  403      200    403
POST    /admin/files                                     401     403      303    403
GET     /admin/pastes                                    signin  403      200    403
POST    /admin/pastes                                    401     403      303    403
GET     /admin/providers                                 signin  403      200    403
POST    /admin/providers                                 401     403      303    403
GET     /admin/providers/new                             signin  403      200    403
GET     /admin/providers/local                           signin  403      200    403
POST    /admin/providers/default                         401     403      303    403
GET     /admin/providers/{id:id}                         signin  403      200    403
POST    /admin/providers/{id:id}                         401     403      303    403
POST    /admin/providers/{id:id}/tuning                  401     403      303    403
POST    /admin/providers/{id:id}/checks                  401     403      303    403
POST    /admin/providers/{id:id}/enabling                401     403      303    403
POST    /admin/providers/{id:id}/disabling               401     403      303    403
POST    /admin/providers/{id:id}/removal                 401     403      303    403
POST    /admin/providers/{id:id}/models                  401     403      303    403
POST    /admin/providers/{id:id}/models/use              401     403      303    403
GET     /admin/providers/models/{id:id}                  signin  403      200    403
POST    /admin/providers/models/{id:id}                  401     403      303    403
GET     /admin/aliases                                   signin  403      200    403
POST    /admin/aliases                                   401     403      303    403
GET     /admin/aliases/{id:id}                           signin  403      200    403
POST    /admin/aliases/{id:id}                           401     403      303    403
POST    /admin/aliases/{id:id}/order                     401     403      303    403
POST    /admin/aliases/{id:id}/removal                   401     403      303    403
GET     /admin/backups/key                               signin  403      200    403
POST    /admin/backups/key/showing                       401     403      200    403
POST    /admin/backups/key/file                          401     403      200    403
POST    /admin/backups/key/rotation                      401     403      200    403
POST    /admin/backups/key/opening                       401     403      409    403
POST    /admin/backups/key/loss                          401     403      409    403
POST    /admin/backups/key/confirmation                  401     403      303    403
GET     /admin/jobs                                      signin  403      200    403
GET     /admin/jobs/newer                                signin  403      200    403
GET     /admin/jobs/clock                                signin  403      200    403
GET     /admin/jobs/stream                               signin  403      200    403
GET     /admin/jobs/{id:id}                              signin  403      200    403
GET     /admin/jobs/{id:id}/newer                        signin  403      200    403
GET     /admin/jobs/{id:id}/stream                       signin  403      200    403
POST    /admin/jobs/{id:id}/retry                        401     403      303    403
POST    /admin/jobs/{id:id}/cancel                       401     403      303    403
POST    /admin/jobs/{id:id}/run                          401     403      303    403
GET     /admin/backups                                   signin  403      200    403
GET     /admin/backups/restore                           signin  403      422    403
POST    /admin/backups/restores                          401     403      422    403
POST    /admin/backups/snapshots                         401     403      303    403
POST    /admin/backups/verifications                     401     403      303    403
GET     /admin/backups/start                             signin  403      200    403
GET     /admin/backups/newer                             signin  403      200    403
GET     /admin/backups/stream                            signin  403      200    403
GET     /admin/backups/look                              signin  403      422    403
POST    /admin/backups/looks                             401     403      422    403
POST    /admin/backups/looks/{time}/removal              401     403      404    403
POST    /then/{time}/copies                              401     403      404    403
GET     /then/{time}                                     signin  403      404    403
GET     /then/{time}/{path:path}                         signin  403      404    403
GET     /docs                                            303     303      303    303
GET     /docs/api                                        200     200      200    200
GET     /docs/handbook                                   200     200      200    200
GET     /docs/handbook/{name:path}                       200     200      200    200
"""
# What is posted, where an empty form would be refused before anybody looks at who asks. {names} are the line's things.
POSTED = {
    "POST /drafts/{id}/attachments": {"target": "chat:{target}"},
    "POST /drafts/{id}/attachments/removal": {"target": "chat:{target}"},
    "POST /chats/{id:id}/messages/{mid:id}/copies": {"kind": "paste", "text": "x = 1", "language": "python"},
    "POST /chats": {"text": "Hello?"},
    "POST /chats/{id:id}/messages": {"text": "And then?", "leaf": "{mid}"},
    "PUT /chats/{id:id}/leaf": {"message": "{mid}"},
    "POST /chats/{id:id}/leaf": {"message": "{mid}"},
    "PUT /chats/{id:id}/title": {"title": "Another"},
    **{f"POST /chats/selection/{deed}": {"ids": "{id}"} for deed in ("archive", "archive/removal", "project")},
    **{f"POST /chats/selection/{deed}": {"ids": "{id}"} for deed in ("removal", "restoration", "remains", "export")},
    "POST /chats/selection/tags": {"ids": "{id}", "tags": "tea"},
    "POST /chats/selection/tags/removal": {"ids": "{id}", "tags": "tea"},
    "POST /projects": {"name": "Teas"},
    "POST /prompts": {"name": "tea-{n}", "text": "Tea"},
    "POST /prompts/{id:id}/revisions": {"name": "tea-{n}", "text": "Tea and milk", "base": "1"},
    "POST /presets": {"name": "Teas"},
    "POST /presets/{id:id}/revisions": {"name": "Teas", "about": "Of the north", "base": "1"},
    "POST /prompts/{id:id}/revisions/{number:int}/restoration": {"base": "1"},
    "POST /presets/{id:id}/revisions/{number:int}/restoration": {"base": "1"},
    **{f"POST /{noun}/{{id:id}}/readers": {"readers": "private"} for noun in ("prompts", "presets")},
    **{f"POST /{noun}/{{id:id}}/shares": {"email": "{email}"} for noun in ("prompts", "presets")},
    "POST /projects/{id:id}": {"name": "Teas of the north"},
    "POST /projects/{id:id}/attachments": {"kind": "chat", "target": "{target}"},
    "POST /signin": {"email": "{email}", "password": PASSWORD},
    "POST /links/{token}": {"name": "New", "password": PASSWORD},
    "POST /settings": {"name": "Somebody", "timezone": "UTC"},
    "POST /settings/timezone": {"timezone": "Asia/Tokyo"},
    "POST /welcome/providers": {"key": "of no known shape"},
    "POST /keys": {"name": "A script", "scopes": "models"},
    "POST /keys/{id:id}": {"name": "Renamed", "scopes": "models", "life": "keep"},
    "POST /keys/{id:id}/rotation": {"overlap": "60"},
    "POST /p": {"text": "Notes"},
    "POST /p/": {"text": "Notes"},
    "PUT /p": {"text": "Notes"},
    "PUT /p/{name:name}": {"text": "Notes"},
    "PUT /p/{id:id}": {"text": "Notes"},
    "POST /pastes": {"name": "notes.md", "syntax": "", "text": "# Notes"},
    "POST /p/{id:id}/revisions": {"name": "notes.md", "syntax": "", "text": "# More notes", "base": "1"},
    "POST /p/{id:id}/revisions/{number:int}/restoration": {"base": "1"},
    "POST /p/{id:id}/settings": {"visibility": "private"},
    "POST /p/{id:id}/shares": {"audience": "link"},
    "POST /spaces": {"name": "Another"},
    "POST /spaces/{id:id}/name": {"name": "Another"},
    "POST /spaces/{id:id}/members": {"email": "{email}", "role": "reader"},
    "POST /spaces/{id:id}/members/{user_id:id}/role": {"role": "writer"},
    "POST /admin/people/invitations": {"email": "{new_email}", "role": "member", "days": "7"},
    "POST /admin/people/{id:id}/role": {"deed": "role", "role": "admin"},
    "POST /admin/groups": {"name": "Group {n}"},
    "POST /admin/groups/{id:id}/name": {"name": "Renamed {n}"},
    "POST /admin/groups/{id:id}/members": {"user_id": "{user_id}"},
    "POST /admin/budgets": {"whom": "workspace", "amount": "1000000", "unit": "tokens", "period": "day"},
    "POST /admin/budgets/limits": {"whom": "workspace"},
    "POST /admin/budgets/days": {"days": "90"},
    "POST /admin/pastes": {
        **{"quota_mb": "1024", "spare_mb": "256"},
        **{"anonymous_hour": "20", "anonymous_kb": "512", "anonymous_quota_mb": "256"},
    },
    "POST /files/folders": {"name": "Folder {n}"},
    "POST /files/folders/{id:id}/name": {"name": "Another {n}"},
    "POST /files/{id:id}/name": {"name": "other-{n}.md"},
    "POST /files/{id:id}/settings": {"visibility": "private"},
    "POST /files/{id:id}/shares": {"audience": "link"},
    "POST /files/{id:id}/revisions/{number:int}/restoration": {"base": "1"},
    "POST /files/fetch": {"url": "http://127.0.0.1/"},
    "POST /admin/files": {"quota_mb": "1024", "file_mb": "5120"},
    "POST /admin/aliases": {"name": "alias-{n}", "models": "{model}", "weights": "1"},
    "POST /admin/aliases/{id:id}": {"name": "renamed-{n}", "models": "{model}", "weights": "2"},
    "POST /admin/aliases/{id:id}/order": {"model_id": "{model}"},
    "POST /admin/providers": {"kind": "other", "name": "Provider {n}", "url": "{upstream}"},
    "POST /admin/providers/{id:id}": {"name": "Renamed {n}", "url": "{upstream}"},
    "POST /admin/providers/{id:id}/models": {"model": "words-20"},
}
# What a guest may do beyond reading what nobody needs an account for: with it they are answered as another member.
# Every other route answers them 403, whoever's the thing is.
GUESTS = {
    ("GET", "/"): "303",
    ("GET", "/palette"): "200",
    ("GET", "/pastes"): "200",
    ("GET", "/pastes/new"): "403",
    ("GET", "/settings"): "200",
    ("POST", "/settings"): "303",
    ("POST", "/settings/theme"): "303",
    ("POST", "/settings/timezone"): "204",
    ("GET", "/settings/password"): "200",
    ("POST", "/settings/password"): "422",
    ("GET", "/settings/sessions"): "200",
    ("POST", "/settings/sessions/ending"): "303",
    ("POST", "/settings/sessions/{id:id}/ending"): "404",
    ("GET", "/settings/confirm"): "200",
    ("POST", "/settings/confirm"): "422",
    ("GET", "/settings/export"): "200",
    ("GET", "/settings/export/own"): "200",
    ("POST", "/signin"): "303",
    ("POST", "/signout"): "303",
    ("POST", "/links/{token}"): "303",
    ("POST", "/p/{id:id}/reading"): "404",
    ("POST", "/p/{id:id}/opening"): "404",
    ("GET", "/files"): "200",
    ("POST", "/files/{id:id}/opening"): "404",
}
# What each route for programs answers to a request with this key; `asked` is whatever the route itself says.
KEYS = {
    "none": {401},
    "cookie": {401},
    "wrong": {401},
    "revoked": {401},
    "expired": {401},
    "replaced": {401},
    "deactivated": {401},
    "scope": {403},
    "address": {403},
    "right": set(),
}
# Machine routes that need no key, each with its reason.
OPEN_MACHINES: dict[tuple[str, str], str] = {
    ("GET", "/api/version"): "editors ask it before they have a key; it says the same to everybody",
    ("GET", "/readyz"): "one word for proxies and monitors; keys of admins are told more",
    ("GET", "/llms.txt"): "what this house is, for programs that have no key yet",
    ("GET", "/.well-known/oauth-protected-resource"): "a program without a token reads where to ask for one",
    ("GET", "/.well-known/oauth-protected-resource/{rest:path}"): "the same, where clients look for it first",
    ("GET", "/.well-known/oauth-authorization-server"): "a program without a token reads how to get one",
    ("GET", "/.well-known/oauth-authorization-server/{rest:path}"): "the same, for a house below a path",
    ("POST", "/oauth/register"): "a program makes itself known before anybody lets it in",
    ("POST", "/oauth/token"): "a program shows its code or its refresh token, and its secret where it has one",
    ("POST", "/oauth/revoke"): "a program shows the token that it gives back",
    ("GET", "/api/v1/openapi.json"): "the description of the interface, which tells nothing of what is kept here",
}
# Page routes whose handler settles who may, each with its reason.
POSTING = "a setting lets people without an account paste, and pastebinit sends its key in the form"
SETTLED: dict[tuple[str, str], str] = {
    ("POST", "/p"): POSTING,
    ("POST", "/p/"): POSTING,
    ("PUT", "/p"): POSTING,
    ("PUT", "/p/{name:name}"): POSTING,
    ("PUT", "/p/{id:id}"): "who posted without an account revises with a token",
    ("GET", "/pastes/new"): POSTING,
    ("POST", "/pastes"): POSTING,
}
QUERIES = {"/chats/{id:id}/turns": "?before={mid}", "/files/zip": "?id={id}"}
# What the protocol of resumable uploads says with each request.
TUS = {"tus-resumable": "1.0.0", "content-type": "application/offset+octet-stream", "upload-offset": "0"}
COUNTER = itertools.count(1)


def rows(table: str = TABLE) -> dict[tuple[str, str], dict[str, str]]:
    """The table: (method, path) → role → answer."""
    head, *lines = [line.split() for line in table.strip().splitlines()]
    return {(line[0], line[1]): dict(zip(head[2:], line[2:], strict=True)) for line in lines}


def routes(app) -> dict[tuple[str, str], str]:
    """Every route for pages: (method, path) → its rule."""
    return {line: route.who for line, route in listed(app.routes) if not hasattr(route, "dialect")}


def listed(found):
    """Routes by method and path."""
    for route in found:
        for method in (getattr(route, "methods", None) or {"GET"}) - {"HEAD", "OPTIONS"}:
            yield (method, route.path), route


def machines() -> dict[tuple[str, str], str]:
    """Every route for programs: (method, path) → its rule. They stand in no table: what a key opens is one rule."""
    declared = [route for router in main.routers() for route in router.declared if hasattr(route, "dialect")]
    return {line: route.who for line, route in listed(declared)}


@pytest.fixture(scope="module")
def app(house):
    return main.create_app()


@pytest.fixture(scope="module")
def world(house, upstream):
    """Four people and a model that answers at once."""
    me = rights.machine()
    cast = {}
    for name, role in (
        ("another", "member"),
        ("admin", "admin"),
        ("owner", "member"),
        ("friend", "member"),
        ("guest", "guest"),
    ):
        user, _ = accounts.add(me, f"matrix-{name}@example.org", name.title(), role, PASSWORD)
        cast[name] = user
    provider = providers.add(me, "matrix", upstream.url, key="right")
    model = providers.add_model(me, provider.id, "words-20").id
    yield SimpleNamespace(cast=cast, model=model, provider=provider.id, upstream=upstream.url, house=house)
    secrets.confirm_saved(me)


def caller(user) -> rights.Caller:
    return rights.Caller(id=user.id, name=user.name, role=user.role, stepped_up_at=clock.now())


def session(user) -> str:
    """A session's token, without the cost of a password."""
    with db.write() as tx:
        return begin(tx, rights.Caller(address="127.0.0.1"), user)[0]


def things(world, path: str) -> dict[str, str]:
    """New things of the owner for one line of the table: what stands in the path, and what is posted."""
    n = next(COUNTER)
    owner, friend, me = world.cast["owner"], world.cast["friend"], caller(world.cast["admin"])
    made = {"n": n, "email": friend.email, "new_email": f"new-{n}@example.org", "user_id": friend.id}
    made |= {"upstream": world.upstream, "tag": asset("mark.svg").split("/")[2], "name": "mark.svg"}
    if path.startswith("/chats/selection"):
        made |= chat(world, path.removesuffix("/{at:int}"))
        made["at"] = db.fetch("select coalesce(deleted_at, 0) from chat where id = ?", made["id"])[0]
    elif path.startswith("/projects/{id"):
        made |= {"id": projects.create(caller(owner), "Teas").id, "kind": "chat", "target": chat(world, "")["id"]}
    elif path.startswith("/chats/imports/{id"):
        with db.write() as tx:
            tx.run("delete from job where name = 'chats.import'")  # one at a time
        made["id"] = importing.begin(caller(owner), [exports.chatgpt()], "conversations.json")
    elif path.startswith(("/chats/{id", "/drafts/{id")):
        made |= chat(world, path)
        made["target"] = chat(world, "")["id"] if "/attachments" in path else ""
    elif path.startswith("/p/{id"):
        made |= paste(world, path)
    elif path.startswith(("/prompts/{id", "/presets/{id")):
        made |= named(world, path, n)
    elif path.startswith("/files/folders/{id"):
        made["id"] = files.folders.create(caller(owner), f"Old {n}").id
    elif path.startswith("/files/uploads/{id"):
        made["id"] = uploads.begin(caller(owner), "tea.bin", 4).id
    elif path.startswith("/files/links/"):
        made["token"] = uploads.link(caller(owner))[0]
    elif path.startswith("/files/fetch/"):
        made["job"] = fetching.begin(caller(owner), "http://127.0.0.1/").job
    elif path.startswith(("/files/{id", "/files/zip")):
        made |= file(world, path)
    elif path.startswith("/settings/sessions"):
        made["id"] = accounts.caller(session(owner), rights.Caller()).session
    elif path.startswith("/settings/programs/"):
        made["family"] = connection(owner)
    elif path.startswith("/keys/{id"):
        made["id"] = keys.create(caller(owner), f"Key {n}")[0].id
        if path.endswith("/earlier"):
            keys.rotate(caller(owner), made["id"], 60)
    elif path.startswith(("/spaces/", "/settings/export/spaces")):
        made["id"] = spaces.create(caller(owner), "Kitchen").id
        if "user_id" in path:
            spaces.welcome(caller(owner), made["id"], friend.email, "reader")
    elif path.startswith("/admin/groups/"):
        made["id"] = groups.create(me, f"Old {n}").id
        if path.endswith("/removal"):
            groups.join(me, made["id"], friend.id)
    elif path.startswith("/admin/budgets/{id"):
        made["id"] = usage.budgets.put(me, "user", friend.id, "total", "tokens", n + 1).id
    elif path.startswith("/admin/aliases"):
        made["model"] = world.model
        made["id"] = gateway.add_alias(me, f"old-{n}", [(world.model, 1)]).id
    elif path.startswith("/admin/jobs/{id"):
        made["id"] = job(path)
    elif path.startswith(("/welcome/key", "/admin/backups/key")):
        with db.write() as tx:
            tx.run("delete from setting where key = 'recovery_saved'")
    elif path.startswith("/admin/providers/models/"):
        made["id"] = providers.add_model(me, world.provider, f"words-{n + 1000}").id
    elif path.startswith("/admin/providers/"):
        made["id"] = providers.add(me, f"Old {n}", world.upstream, key="right").id
    elif "invitations/" in path or path.startswith("/links/"):
        made["token"] = accounts.invite(me, f"guest-{n}@example.org")
        made["id"] = db.fetch("select id from ticket where token = ?", secrets.digest(made["token"]))[0]
    elif path.startswith("/admin/people/"):
        made["id"] = accounts.add(me, f"subject-{n}@example.org")[0].id
    elif path.startswith("/docs/handbook/"):
        made["name"] = "use"
    return made


def chat(world, path: str) -> dict[str, str]:
    """A finished chat of the owner: a question and its answer."""
    me = caller(world.cast["owner"])
    asked = chats.create(me, "Hello?", "", world.model)
    with db.write() as tx:
        tx.run("update message set state = 'done', html = '<p>Hi.</p>' where chat_id = :id", id=asked.chat.id)
    chats.rename(me, asked.chat.id, "Named")
    if path.endswith(("/restoration", "/remains")):
        chats.delete(me, asked.chat.id)
    made = {"id": asked.chat.id, "mid": asked.question.id if path.endswith("/edit") else asked.answer.id}
    if path.endswith("/shares/{share_id:id}/removal"):
        made["share_id"] = sharing.share(me, asked.chat.id)[0].id
    return made


def connection(owner) -> str:
    """A program that the owner let in."""
    digest, now = secrets.digest(clock.new_id()), clock.now()
    with db.write() as tx:
        program = tx.add(OauthClient(id=clock.new_id(), name="Desk", created_at=now))
        kept = {"client_id": program.id, "user_id": owner.id, "scopes": "chats:read", "expires_at": now + clock.HOUR}
        tx.add(OauthToken(digest=digest, family=digest, kind="refresh", created_at=now, **kept))
    return digest


def paste(world, path: str) -> dict[str, str]:
    """A private paste of the owner, in the state in which the deed makes sense."""
    me, parts = caller(world.cast["owner"]), [pastes.Piece("notes.md", "# Notes")]
    id = pastes.create(me, parts, burns=path.endswith("/reading")).paste.id
    made = {"id": id, "number": "1", "span": "1..1", "name": "notes.md"}
    if path == "/p/{id:id}/shares/{share_id:id}/removal":
        made["share_id"] = pastes.share(me, id, "link")[0].id
    if path in ("/p/{id:id}/restoration", "/p/{id:id}/removal"):
        pastes.trash(me, id)
    return made


def file(world, path: str) -> dict[str, str]:
    """A private file of the owner."""
    me = caller(world.cast["owner"])
    id = files.create(me, files.arrived(me, b"# Notes", "notes.md"), "notes.md").id
    made = {"id": id, "number": "1"}
    if path.endswith("/shares/{share_id:id}/removal"):
        made["share_id"] = files.share(me, id, "link")[0].id
    return made


def named(world, path: str, n: int) -> dict[str, str]:
    """A prompt or preset of the owner, in the state in which the deed makes sense."""
    me, friend = caller(world.cast["owner"]), world.cast["friend"]
    own = path.startswith("/prompts")
    noun = prompts.NOUN if own else presets.NOUN
    id = (prompts.create(me, f"tea-{n}", "Tea") if own else presets.create(me, "Teas", presets.Settings())).id
    made = {"id": id, "number": "1", "span": "1..1"}
    if "{share_id" in path:
        made["share_id"] = holdings.share(noun, me, id, "person", email=friend.email)[0].id
    if path.endswith(("{id:id}/restoration", "{id:id}/removal")) and "{share_id" not in path:
        holdings.trash(noun, me, id)
    return made


def job(path: str) -> str:
    """A job of the house: dead, or waiting for tomorrow where that is what the deed is for."""
    state = "queued" if path.endswith(("/run", "/cancel")) else "dead"
    with db.write() as tx:
        id = tx.later("matrix.nothing", run_at=clock.now() + clock.DAY)
        tx.run("update job set state = :state where id = :id", id=id, state=state)
    return id


def filled(text: str, made: dict[str, str]) -> str:
    """A text of the table with this line's things."""
    for name, value in made.items():
        text = text.replace(f"{{{name}:id}}", str(value)).replace(f"{{{name}:path}}", str(value))
        text = text.replace(f"{{{name}}}", str(value)).replace(f"{{{name}:int}}", str(value))
    return text


def ask(world, role: str, method: str, path: str, made: dict[str, str]) -> str:
    """What this role is answered: a status, or `signin`."""
    data = {key: filled(value, made) for key, value in POSTED.get(f"{method} {path}", {}).items()}
    cookie = {} if role == "nobody" else {"cookie": f"inglenook={session(world.cast[role])}"}
    target = filled(path + QUERIES.get(path, ""), made)
    with httpx2.Client(base_url=world.house.url, headers={"sec-fetch-site": "same-origin"} | cookie) as client:
        said = TUS | {"upload-length": "4"} if path.startswith("/files/uploads") else {}
        answer = client.request(method, target, data=data or None, headers=said, timeout=30)
    to = answer.headers.get("location", "")
    return "signin" if answer.status_code == 303 and to.startswith("/signin?next=") else str(answer.status_code)


def test_every_route_stands_in_the_table(app):
    missing = set(routes(app)) - set(rows())
    assert not missing, f"say in TABLE who may ask: {sorted(missing)}"


def test_the_table_names_no_route_that_is_gone(app):
    stale = set(rows()) - set(routes(app))
    assert not stale, f"take out of TABLE: {sorted(stale)}"


def test_what_is_posted_belongs_to_a_line(app):
    assert not set(POSTED) - {f"{method} {path}" for method, path in rows()}


def test_every_rule_agrees_with_the_table(app):
    """The rule that the route declares, against what the table says of nobody and of members."""
    for line, who in routes(app).items():
        answers = rows()[line]
        closed = answers["nobody"] in ("signin", "401") and line not in SETTLED
        assert closed == (who != "anyone"), line
        assert (who == "admin") == (answers["another"] == answers["owner"] == "403"), line


def test_a_route_that_is_missing_would_be_found(app):
    without = "\n".join(line for line in TABLE.splitlines() if "/healthz" not in line)
    assert set(routes(app)) - set(rows(without)) == {("GET", "/healthz")}


@pytest.mark.parametrize("line", rows(), ids=lambda line: " ".join(line))
def test_each_is_answered_as_the_table_says(world, line):
    method, path = line
    throttle.forget()
    made = things(world, path)
    asked = {role: ask(world, role, method, path, made) for role in ROLES}
    if path == "/admin/budgets":  # one for all would bind the tests that follow
        me = caller(world.cast["admin"])
        for each in usage.budgets.of(me, "workspace"):
            usage.budgets.remove(me, each.id)
    assert asked == {role: rows()[line][role] for role in ROLES}


@pytest.mark.parametrize("line", rows(), ids=lambda line: " ".join(line))
def test_a_guest_reads_what_everybody_may_and_is_refused_the_rest(app, world, line):
    method, path = line
    throttle.forget()
    free = routes(app)[line] == "anyone" and method == "GET"
    expected = GUESTS.get(line, rows()[line]["another"] if free else "403")
    assert ask(world, "guest", method, path, things(world, path)) == expected


def test_what_guests_may_is_declared_and_nothing_else(app):
    declared = {line for router in main.routers() for line in getattr(router, "guests", ())}
    assert declared == {line for line, said in GUESTS.items() if said != "403"}


# ── programs ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture(scope="module")
def shown(world):
    """The headers of a request with each kind of key, of a person of its own where the person is what is wrong."""
    made = {}
    for how in KEYS:
        owner = world.cast["owner"]
        if how == "deactivated":
            owner, _ = accounts.add(rights.machine(), "matrix-gone@example.org", "Gone", "member", PASSWORD)
        me = caller(owner)
        key, token = keys.create(me, how, scopes=["usage:read"] if how == "scope" else list(keys.SCOPES))
        if how == "revoked":
            keys.revoke(me, key.id)
        elif how == "replaced":
            keys.rotate(me, key.id)
        elif how == "address":
            keys.change(me, key.id, addresses=["10.0.0.0/8"])
        elif how == "deactivated":
            accounts.deactivate(rights.machine(), owner.id)
        elif how == "expired":
            with db.write() as tx:
                tx.run("update apikey set expires_at = :at where id = :id", at=clock.now() - 1, id=key.id)
        made[how] = {"authorization": f"Bearer {'ink-wrong' if how == 'wrong' else token}"}
    return made | {"none": {}, "cookie": {"cookie": f"inglenook={session(world.cast['admin'])}"}}


def test_a_machine_route_needs_a_key_unless_somebody_thought_about_it():
    assert {line for line, who in machines().items() if who != "key"} == set(OPEN_MACHINES)


@pytest.mark.parametrize("line", machines(), ids=lambda line: " ".join(line))
def test_each_machine_route_is_answered_as_the_key_allows(world, shown, line):
    method, path = line
    knocking.forget()
    target = re.sub(r"{\w+(:\w+)?}", "none", path)
    said = {}
    with httpx2.Client(base_url=world.house.url, timeout=30) as client:
        for how, headers in shown.items():
            said[how] = client.request(method, target, headers=headers, json=None if method == "GET" else {})
    right = said.pop("right").status_code
    if line == ("GET", "/readyz"):  # who comes with a key asks for what only admins are told
        alone = ("none", "cookie")
        assert all(answer.text in ("ready\n", "unready\n") for how, answer in said.items() if how in alone)
        found = {how: {answer.status_code} for how, answer in said.items() if how not in alone}
        assert found == {how: KEYS[how] for how in found} and right == 403
        return
    # A mount's own address has nothing for anybody.
    if line in OPEN_MACHINES or (path == "/api/v1" and right == 404):
        assert {how: answer.status_code for how, answer in said.items()} == dict.fromkeys(said, right)
        return
    assert {how: {answer.status_code} for how, answer in said.items()} == {how: KEYS[how] for how in said}
    assert right not in (401, 403)
    assert all(answer.headers["content-type"] == "application/json" for answer in said.values())
