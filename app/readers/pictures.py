"""Pictures: smaller, upright, in the colours of the web, and without a word about where and by whom they were taken."""

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from PIL import AvifImagePlugin, Image, ImageCms, UnidentifiedImageError

from app.readers.waiting import Unreadable

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF", "TIFF", "BMP", "ICO")
# Pixels. A JPEG is read at a fraction of its size, so that it may have more.
MOST, MOST_OF_JPEG = 100_000_000, 300_000_000
ORIENTATION = 0x0112
UPRIGHT = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}
QUALITIES = (88, 75, 60)
Image.MAX_IMAGE_PIXELS = None  # ours is asked below, before anything is decoded
AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # no thread can be started here


def opened(file: BinaryIO) -> Image.Image:
    """A picture of which only the head was read. Raises Unreadable."""
    try:
        picture = Image.open(file, formats=FORMATS)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Unreadable("It is broken, or no picture of a kind that is shown here.") from error
    most = MOST_OF_JPEG if picture.format in ("JPEG", "MPO") else MOST
    pixels = picture.width * picture.height
    if pixels > most:
        raise Unreadable(f"It has {pixels // 1_000_000:,} megapixels; up to {most // 1_000_000} are read.")
    return picture


def smaller(picture: Image.Image, longest: int) -> Image.Image:
    """The picture upright, in sRGB, no side longer, without anything beside its pixels."""
    profile = picture.info.get("icc_profile")
    turned = picture.getexif().get(ORIENTATION, 1)
    share = min(1.0, longest / max(picture.size))
    picture.draft(None, (max(1, round(picture.width * share)), max(1, round(picture.height * share))))
    picture = plain(picture)
    picture.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=2.0)
    picture = coloured(picture, profile)
    for method in UPRIGHT.get(turned, ()):
        picture = picture.transpose(method)
    picture.info = {}
    return picture


def plain(picture: Image.Image) -> Image.Image:
    """The picture in grey, in colours, or in colours with transparency."""
    if picture.mode.startswith("I"):  # 16 bits of grey
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode in ("L", "RGB", "RGBA", "CMYK"):
        has_clear = "transparency" in picture.info and picture.mode != "RGBA"
        return picture.convert("RGBA") if has_clear else picture
    if picture.mode in ("P", "PA", "LA", "La", "RGBa"):
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    return picture.convert("L" if picture.mode in ("1", "F") else "RGB")


def coloured(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The same colours in sRGB; as they are, where the profile that came with them says nothing of use."""
    bands = "RGB" if picture.mode == "RGBA" else picture.mode
    if not profile:
        return picture.convert("RGB") if bands == "CMYK" else picture
    try:
        own, srgb = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        found = ImageCms.profileToProfile(picture.convert(bands), own, srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture.convert("RGB") if bands == "CMYK" else picture
    if found is None:
        return picture
    if picture.mode == "RGBA":
        found.putalpha(picture.getchannel("A"))
    return found


def thumbnail(file: BinaryIO, longest: int) -> Iterator[dict[str, Any]]:
    """A WebP picture of which no side is longer, with the width and height that the whole one has when upright."""
    picture = opened(file)
    width, height = picture.size
    if picture.getexif().get(ORIENTATION, 1) >= 5:
        width, height = height, width
    yield {"width": width, "height": height}
    yield {"bytes": encoded(smaller(picture, longest), "WEBP", quality=80, method=2)}


def scaled(file: BinaryIO, longest: int, most: int) -> Iterator[dict[str, Any]]:
    """The picture as JPEG or PNG (what has transparency or is smaller so), of at most so many bytes."""
    picture = opened(file)
    is_photo = picture.format in ("JPEG", "MPO", "AVIF", "WEBP", "TIFF")
    picture = smaller(picture, longest)
    if picture.mode == "RGBA":
        ground = Image.new("RGB", picture.size, (255, 255, 255))
        ground.paste(picture, mask=picture.getchannel("A"))
        picture = ground
    found = [] if is_photo else [(encoded(picture, "PNG"), "image/png")]
    while True:
        for quality in QUALITIES:
            found.append((encoded(picture, "JPEG", quality=quality, subsampling=0), "image/jpeg"))
            data, type = min(found, key=lambda each: len(each[0]))
            if len(data) <= most:
                yield {"type": type, "width": picture.width, "height": picture.height, "bytes": data}
                return
        if max(picture.size) < 32:
            raise Unreadable(f"It cannot be made smaller than {most:,} bytes.")
        picture = picture.resize((max(1, picture.width // 2), max(1, picture.height // 2)))


def encoded(picture: Image.Image, format: str, **options: Any) -> bytes:
    """The bytes of a picture."""
    data = io.BytesIO()
    picture.save(data, format, **options)
    return data.getvalue()
