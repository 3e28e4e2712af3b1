"""Finds the Chromium that the browser tests drive, and installs one where there is none.

python tools/chromium.py            prints its path
python tools/chromium.py install    installs one first if need be
"""

import os
import pathlib
import shutil
import subprocess
import sys
import time

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
NOT_FOUND = (
    "The browser tests need Chromium or Chrome, and none was found that starts. "
    "Install one (on Debian: apt-get install chromium; "
    "anywhere: .venv/bin/python -m playwright install chromium) "
    "or set the environment variable CHROMIUM to its path."
)
# The node in Playwright's wheel is linked against libatomic, which a minimal Debian lacks.
DEBIAN_PACKAGES = ("chromium", "fonts-liberation", "libatomic1")
APT_TRIES = 3


def find() -> str | None:
    """Returns the path of a browser that starts: $CHROMIUM, the system's, or Playwright's own."""
    if "CHROMIUM" in os.environ:  # whoever names one wants that one or none
        named = shutil.which(os.environ["CHROMIUM"])
        return named if named and starts(named) else None
    for name in (*NAMES, *MAC_APPS):
        path = shutil.which(name)
        if path and starts(path):
            return path
    own = playwrights_own()
    return own if own and starts(own) else None


def starts(path: str) -> bool:
    """Whether it can say its version: a package's stub or a build with missing libraries cannot."""
    try:
        subprocess.run([path, "--version"], capture_output=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def driver_starts() -> bool:
    """Whether Playwright's own driver runs here; it is what starts the browser."""
    command = [sys.executable, "-m", "playwright", "--version"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def playwrights_own() -> str | None:
    """Returns where Playwright keeps the browser that it downloaded, if it did."""
    # In a process of its own, because Playwright's driver may be running in this one already.
    code = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
    )
    command = [sys.executable, "-c", code]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    path = answer.stdout.strip()
    return path if answer.returncode == 0 and pathlib.Path(path).exists() else None


def install() -> None:
    """Installs Debian's Chromium where this user may, else Playwright's."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {', '.join(DEBIAN_PACKAGES)} for the browser tests ...", flush=True)
        apt_get("update")  # where this fails the lists from last time may do
        if apt_get("install", "--yes", "--no-install-recommends", *DEBIAN_PACKAGES):
            return
    print("Downloading Playwright's Chromium for the browser tests ...", flush=True)
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    subprocess.run(command, stdin=subprocess.DEVNULL, check=False)


def apt_get(*words: str) -> bool:
    """Runs apt-get, more than once because a mirror may be out of reach for a moment."""
    command = ["apt-get", "--quiet=2", "-o", "DPkg::Lock::Timeout=120", *words]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for attempt in range(APT_TRIES):
        if attempt:
            time.sleep(5 * attempt)
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        if subprocess.call(command, env=environment, **quiet) == 0:
            return True
    return False


def main() -> None:
    """Prints the path of the browser, or says what is missing."""
    path = find()
    named = "CHROMIUM" in os.environ
    if sys.argv[1:] == ["install"] and not ((path or named) and driver_starts()):
        install()
        path = find()
    print(path or NOT_FOUND, flush=True)
    sys.exit(path is None)


if __name__ == "__main__":
    main()
