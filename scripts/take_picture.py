"""Takes docs/images/report.webp, the README's picture of the report, from a report of the demo: `make demo`, then `python scripts/take_picture.py`.

Needs the extra `browser` and a Chromium; takes `target/report.html`, or the file that is named.
"""

from __future__ import annotations

import base64
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "images" / "report.webp"
QUALITY = 0.51
LARGEST = 200_000  # bytes: what a page of text may weigh
WIDTH = 1040  # about as wide as a page of a repository, so that letters keep their size

# A browser packs a picture several times smaller than its screenshot is.
_PACK = """
async ([seen, quality]) => {
  const image = new Image();
  image.src = seen;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", quality);
}
"""


def take(report: Path, picture: Path) -> int:
    """The top of a report down to its first cards, in light; how many bytes the picture has."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-lcd-text"]
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": 2000}, color_scheme="light")
        page.goto(report.resolve().as_uri())
        picture.parent.mkdir(parents=True, exist_ok=True)
        bottom = page.evaluate("document.querySelector('.card').getBoundingClientRect().bottom + 16")
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": bottom}
        seen = base64.b64encode(page.screenshot(clip=clip)).decode()
        packed = page.evaluate(_PACK, [f"data:image/png;base64,{seen}", QUALITY])
        picture.write_bytes(base64.b64decode(packed.partition(",")[2]))
        browser.close()
    return picture.stat().st_size


if __name__ == "__main__":
    size = take(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "target" / "report.html", PICTURE)
    if size > LARGEST:
        sys.exit(f"{PICTURE.name} has {size:,} bytes, more than {LARGEST:,}")
    print(f"wrote {PICTURE.relative_to(ROOT)} ({size // 1000} kB)")
