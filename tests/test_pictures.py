"""Pictures of files: thumbnails, what models are sent, and what a photo tells nobody but its owner."""

import io
import os
import struct
import time
import zipfile

import pytest
from PIL import Image

from app import blobs, clock, config, db, files
from app.files import baring, picturing, reading
from app.rights import Caller
from tests import papers
from tests.test_reading import stored, told

SECRETS = (b"Ada Secret", b"Secretcam", b"secret place")


@pytest.fixture
def me(bob):
    return Caller(id=bob.id, name="Bob", address="127.0.0.1")


def seen(data: bytes | None) -> Image.Image:
    assert data is not None
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def thumbnail(file: files.File, width: int = 320) -> bytes | None:
    return picturing.thumbnail(file.part.hash, file.type, width)


def is_bright_on_top(picture: Image.Image) -> bool:
    """Whether a photo whose left half is bright was turned to the right."""
    picture = picture.convert("L")
    width, height = picture.size
    return picture.getpixel((width // 2, 9)) > picture.getpixel((width // 2, height - 9)) + 40


# ── thumbnails ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_photo_has_a_size_and_small_upright_pictures_that_tell_nothing_else(house, me):
    file = stored(me, papers.photo(1200, 800, orientation=6), "photo.jpg")
    found = told(file)
    assert (found.state, found.width, found.height) == ("done", 800, 1200), "as it is seen"
    for width in (96, 320, 1280):
        data = thumbnail(file, width)
        picture = seen(data)
        assert (picture.format, max(picture.size)) == ("WEBP", min(width, 1200))
        assert picture.width < picture.height and is_bright_on_top(picture)
        assert not picture.getexif() and not any(secret in data for secret in SECRETS)


@pytest.mark.parametrize("format", ["PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP"])
def test_pictures_of_all_kinds_that_browsers_show_have_thumbnails(house, me, format):
    file = stored(me, papers.photo(200, 120, format, located=False), f"a.{format.lower()}")
    assert (told(file).state, told(file).width) == ("done", 200)
    assert seen(thumbnail(file, 96)).size == (96, 58)


@pytest.mark.parametrize(
    ("mode", "colour"),
    [("RGBA", (9, 200, 9, 0)), ("LA", (9, 0)), ("P", 3), ("1", 1), ("I;16", 999), ("CMYK", (0,) * 4)],
)
def test_pictures_of_every_mode_are_shown(house, me, mode, colour):
    out = io.BytesIO()
    picture = Image.new(mode, (300, 300), colour)
    picture.save(out, "TIFF" if mode == "CMYK" else "PNG")
    small = seen(thumbnail(stored(me, out.getvalue(), "a")))
    assert small.size == (300, 300)
    assert small.mode == "RGBA" if mode in ("RGBA", "LA") else small.mode == "RGB"


def test_colours_of_a_wide_profile_come_out_as_those_of_the_web(house, me):
    from PIL import ImageCms

    out = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    Image.new("RGB", (50, 50), (200, 30, 30)).save(out, "PNG", icc_profile=profile)
    assert seen(thumbnail(stored(me, out.getvalue(), "odd.png"))).size == (50, 50), "a profile that does not fit"


def test_the_first_page_of_a_pdf_is_a_picture(house, me):
    file = stored(me, papers.pdf([papers.words(300), "more"]), "a.pdf")
    picture = seen(thumbnail(file, 1280)).convert("L")
    assert picture.height == 1280 and 890 < picture.width < 920
    assert picture.getpixel((5, 5)) > 250 and picture.getextrema()[0] < 60, "ink on white"
    assert thumbnail(stored(me, papers.locked_pdf(), "b.pdf")) is None


def test_a_thumbnail_is_kept_and_made_again_when_it_is_gone(house, me):
    file = stored(me, papers.photo(400, 300), "a.jpg")
    told(file)
    first = thumbnail(file)
    [kept] = (config.current.data / "derived").glob(f"??/{file.part.hash}*320.webp")
    assert kept.read_bytes() == first and kept.stat().st_mode & 0o777 == 0o600
    kept.write_bytes(b"x" + first)
    assert thumbnail(file) == b"x" + first, "it is not made at each look"
    kept.unlink()
    assert thumbnail(file) == first


def test_a_photo_of_24_megapixels_is_small_in_less_than_a_second(house, me):
    file = stored(me, papers.photo(6000, 4000), "large.jpg")
    told(file)
    begun = time.monotonic()
    assert seen(thumbnail(file, 1280)).size == (1280, 853)
    assert time.monotonic() - begun < 4, "with room for a busy machine; `make bench` measures it"


# ── bombs, and what is no picture ─────────────────────────────────────────────────────────────────────────────────────
def test_what_would_be_too_many_pixels_or_none_is_told_in_a_sentence(house, me, bob):
    bomb = stored(me, papers.png_bomb(), "bomb.png")
    assert told(bomb).words == "It has 2,500 megapixels; up to 100 are read."
    assert "It has 2,500 megapixels; up to 100 are read." in bob.get(f"/files/{bomb.id}").text
    for data in (papers.photo(400, 300)[:3000], b"\x89PNG\r\n\x1a\n" + os.urandom(5000), b"GIF89a" + b"\xff" * 100):
        broken = stored(me, data, "broken")
        assert (told(broken).state, told(broken).words[:12]) == ("failed", "It is broken")
        assert thumbnail(broken) is None and picturing.scaled(broken.part.hash, broken.type) is None
    begun = time.monotonic()
    assert thumbnail(bomb) is None and thumbnail(bomb) is None
    assert time.monotonic() - begun < 2
    assert picturing.thumbnail("0" * 64, "image/png") is None, "bytes that are lost"
    assert picturing.thumbnail(bomb.part.hash, "application/zip") is None


# ── for models ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_models_get_a_picture_of_their_size_upright_and_without_a_place(house, me):
    file = stored(me, papers.photo(3000, 2000, orientation=6), "photo.jpg")
    data, type = picturing.scaled(file.part.hash, file.type)
    picture = seen(data)
    assert (type, picture.format, picture.size) == ("image/jpeg", "JPEG", (1045, 1568))
    assert is_bright_on_top(picture) and not picture.getexif() and not any(secret in data for secret in SECRETS)
    data, type = picturing.scaled(file.part.hash, file.type, longest=800, most_bytes=20_000)
    assert len(data) <= 20_000 and seen(data).height <= 800
    assert picturing.scaled(file.part.hash, file.type, most_bytes=10) is None


def test_a_screenshot_stays_sharp_and_what_is_clear_becomes_white(house, me):
    out = io.BytesIO()
    shot = Image.new("RGBA", (800, 400), (0, 0, 0, 0))
    shot.paste((20, 20, 20, 255), (100, 100, 300, 102))
    shot.save(out, "PNG")
    file = stored(me, out.getvalue(), "shot.png")
    data, type = picturing.scaled(file.part.hash, file.type)
    assert type == "image/png"
    assert seen(data).getpixel((150, 100)) == (20, 20, 20) and seen(data).getpixel((5, 5)) == (255, 255, 255)
    assert picturing.scaled(file.part.hash, file.type) == (data, type)


# ── what a picture tells beside itself ────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_others_get_the_same_picture_without_place_camera_and_author(house, me, format):
    options = {"comment": b"secret place"} if format == "JPEG" else {}
    data = papers.photo(300, 200, format, orientation=6, xmp=b"<x:xmpmeta>secret place</x:xmpmeta>", **options)
    data += b"secret place, after the end" if format in ("JPEG", "PNG") else b""
    assert any(secret in data for secret in SECRETS)
    file = stored(me, data, f"photo.{format.lower()}")
    bare = picturing.bare(file.part.hash, file.type).read_bytes()
    assert not any(secret in bare for secret in SECRETS)
    assert not seen(bare).getexif().get_ifd(0x8825)
    assert seen(bare).convert("RGB").tobytes() == seen(data).convert("RGB").tobytes(), "no pixel is another"
    if format in ("JPEG", "WEBP", "AVIF"):
        assert seen(bare).getexif().get(0x0112) == 6, "which way is up is no secret"
    with blobs.open(file.part.hash) as original:
        assert original.read() == data, "its owner's bytes are as they were"


def test_a_moving_picture_still_moves(house, me):
    out = io.BytesIO()
    frames = [Image.new("P", (20, 20), n) for n in range(4)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], loop=0, duration=80, comment=b"secret place")
    file = stored(me, out.getvalue(), "a.gif")
    bare = picturing.bare(file.part.hash, file.type).read_bytes()
    assert b"secret" not in bare
    assert seen(bare).n_frames == seen(out.getvalue()).n_frames and seen(bare).info["loop"] == 0


def test_a_photo_of_a_phone_that_holds_a_second_picture_loses_that_too(house, me):
    out = io.BytesIO()
    first, second = (seen(papers.photo(300, 200 + n, located=False)) for n in range(2))
    exif = Image.Exif()
    exif[0x013B] = "Ada Secret"
    first.save(out, "MPO", save_all=True, append_images=[second], exif=exif)
    file = stored(me, out.getvalue(), "phone.jpg")
    assert seen(out.getvalue()).format == "MPO" and told(file).width == 300
    assert seen(thumbnail(file)).size == (300, 200)
    assert picturing.scaled(file.part.hash, file.type)[1] == "image/jpeg"
    bare = picturing.bare(file.part.hash, file.type).read_bytes()
    assert seen(bare).format == "JPEG" and b"Ada Secret" not in bare and len(bare) < len(out.getvalue()) * 0.7


def test_what_tells_nothing_is_sent_as_it_is(house, me):
    for format in ("JPEG", "PNG", "WEBP", "GIF"):
        file = stored(me, papers.photo(100, 80, format, located=False), f"a.{format.lower()}")
        assert picturing.bare(file.part.hash, file.type) is None, format
        assert picturing.bare(file.part.hash, file.type) is None, format
    assert picturing.bare(file.part.hash, "application/pdf") is None


@pytest.mark.parametrize("type", sorted(baring.PLANS))
def test_a_picture_that_breaks_off_tells_no_more_and_one_that_lies_breaks_nothing(type):
    format = {"image/heic": "AVIF", "image/heif": "AVIF"}.get(type, type[6:].upper())
    whole = papers.photo(60, 40, format, located=format != "GIF")
    for end in range(0, len(whole), max(1, len(whole) // 80)):
        bare = bared(whole[:end], type)
        assert len(bare) <= end + 80
        assert format not in ("JPEG", "PNG", "WEBP") or not any(secret in bare for secret in SECRETS)
    for place in range(0, min(len(whole) - 4, 600), 5):
        assert bared(whole[:place] + os.urandom(4) + whole[place + 4 :], type) is not None


def test_lists_that_lead_everywhere_take_no_time_and_tell_nothing():
    entries = struct.pack("<HHII", 34665, 4, 1, 8) * 65_535
    everywhere = b"II*\0\x08\0\0\0" + struct.pack("<H", 65_535) + entries + b"\0" * 4
    overlapping = b"II*\0\x08\0\0\0" + struct.pack("<H", 9000) + struct.pack("<HHII", 270, 2, 90_000, 9) * 9000
    extents = struct.pack(">B3xBBHHHH", 0, 0, 0, 1, 1, 0, 65_535) * 40
    items = box(b"infe", struct.pack(">B3xHH4s", 2, 1, 0, b"Exif") + b"\0") * 2
    iinf, iloc = box(b"iinf", struct.pack(">B3xH", 0, 2) + items), box(b"iloc", extents)
    meta = box(b"ftyp", b"avif") + box(b"meta", b"\0" * 4 + iinf + iloc)
    gif = b"GIF89a" + b"\0" * 7 + b"!\xfe" + b"\1x" * 3_000_000
    jpeg = b"\xff\xd8" + b"\xff\xfe\0\2" * 100_000
    begun = time.monotonic()
    for data, type in ((everywhere, "tiff"), (overlapping, "tiff"), (meta, "avif"), (gif, "gif"), (jpeg, "jpeg")):
        assert 0 < len(bared(data, f"image/{type}")) < 100, type
    assert time.monotonic() - begun < 20


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content


def bared(data: bytes, type: str) -> bytes:
    file = io.BytesIO(data)
    plan = baring.planned(file, type)
    return data if plan is None else b"".join(baring.followed(file, plan))


# ── what was derived has an end ───────────────────────────────────────────────────────────────────────────────────────
def test_what_was_derived_goes_with_its_bytes_with_time_and_when_it_is_too_much(house, me, monkeypatch):
    made = [stored(me, papers.photo(90 + n, 90), f"{n}.jpg") for n in range(3)]
    for each in made:
        told(each)
    places = [picturing.place(each.part.hash, "320.webp") for each in made]
    assert all(place.exists() for place in places)
    with db.write() as tx:
        tx.run("delete from blobuse where hash = :hash", hash=made[0].part.hash)
    picturing.sweep()
    assert places[0].exists(), "not in its first hour"
    hours = (clock.now() - 2 * clock.HOUR) / 1e6
    half = places[2].with_name(f"{places[2].name}.1{picturing.COMING}")
    half.write_bytes(b"half")
    os.utime(half, (hours, hours))
    os.utime(places[0], (hours, hours))
    os.utime(places[1], (hours, hours))
    picturing.sweep()
    assert [place.exists() for place in places] == [False, True, True]
    assert not half.exists(), "what a crash left"
    days = (clock.now() - 31 * clock.DAY) / 1e6
    os.utime(places[1], (days, days))
    picturing.sweep()
    assert [place.exists() for place in places] == [False, False, True]
    monkeypatch.setattr(picturing, "MOST", 0)
    picturing.sweep()
    assert not places[2].exists()
    assert thumbnail(made[2]) is not None and reading.extracted(made[2].part.hash).width == 92


# ── who gets what ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_photo_goes_out_whole_to_its_owner_and_bare_to_those_who_may_only_look(house, me, bob, charlie, nobody):
    data = papers.photo(300, 200, orientation=6)
    file = files.create(me, files.arrived(me, data, "photo.jpg"), "photo.jpg", visibility="unlisted")
    mine = bob.get(f"/files/{file.id}/raw")
    assert mine.content == data and mine.headers["etag"] == f'"{file.hash}"'
    for someone in (charlie, nobody):
        theirs = someone.get(f"/files/{file.id}/raw")
        assert not any(secret in theirs.content for secret in SECRETS)
        assert seen(theirs.content).size == seen(data).size and seen(theirs.content).getexif().get(0x0112) == 6
        assert int(theirs.headers["content-length"]) == len(theirs.content) < len(data)
        assert theirs.headers["etag"] != mine.headers["etag"]
        assert someone.get(f"/files/{file.id}/download").content == theirs.content
        part = someone.get(f"/files/{file.id}/raw", headers={"range": "bytes=10-49"})
        assert (part.status_code, part.content) == (206, theirs.content[10:50])
    with zipfile.ZipFile(io.BytesIO(charlie.get("/files/zip", params={"id": file.id}).content)) as archive:
        assert archive.read("photo.jpg") == theirs.content
    assert nobody.get(f"/files/{file.id}/raw", params={"token": files.pass_for(file)}).content == data, "his own link"
    with zipfile.ZipFile(io.BytesIO(bob.get("/files/zip", params={"id": file.id}).content)) as archive:
        assert archive.read("photo.jpg") == data
