"""Makes the virtual environment that the Makefile uses, and keeps it on the lock.

    python3 tools/setup_env.py run       .venv with what the app runs on
    python3 tools/setup_env.py dev       the same .venv, with what checks the app besides
    python3 tools/setup_env.py lowest    .venv-lowest with the lowest versions that are allowed
    python3 tools/setup_env.py bench     .venv-bench with the libraries that the benchmarks compare with

A stamp inside the environment holds the hashes of the locks that were installed, so pip runs only
when one of them changed. The file keeps to old syntax because an old Python has to get as far as
the sentence that refuses it.
"""

import contextlib
import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWER_NAMES = ("python3.13", "python3.12", "python3.11")
ROOT = pathlib.Path(__file__).resolve().parent.parent
# The dev lock holds every pin of the run lock, so whoever has it has the other too.
LOCKS = {
    "run": ["requirements.lock"],
    "dev": ["requirements.lock", "requirements-dev.lock"],
}


def main():
    """Brings the environment named on the command line up to date."""
    kind = sys.argv[1]
    use_new_enough_python()
    venv = ROOT / (".venv-" + kind if kind in ("lowest", "bench") else ".venv")
    with one_at_a_time():
        make(venv)
        if kind == "lowest":
            install(venv, [lowest_versions(venv)], hashes=False)
        elif kind == "bench":
            install(venv, [ROOT / "requirements.txt", ROOT / "benchmarks" / "requirements.txt"], hashes=False)
        else:
            install(venv, [ROOT / name for name in LOCKS[kind]], hashes=True)


def use_new_enough_python():
    """Hands over to a newer Python if this one is too old and the machine has one."""
    if sys.version_info >= OLDEST:
        return
    for name in NEWER_NAMES:
        path = shutil.which(name)
        if path and subprocess.call([path, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(path, [path] + sys.argv)
    stop(
        "Aftershock needs Python {}.{} or newer; {} is Python {}.{}.".format(
            OLDEST[0], OLDEST[1], sys.executable, sys.version_info[0], sys.version_info[1]
        ),
        "If a newer one is installed, name it: make run PYTHON=/path/to/python3",
    )


@contextlib.contextmanager
def one_at_a_time():
    """Keeps two makes in the same tree from installing into the same environment at once."""
    with open(__file__) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make(venv):
    """Creates the environment, unless there is one whose Python works and is new enough."""
    check = "import sys; sys.exit(sys.version_info < {!r})".format(OLDEST)
    python = venv / "bin" / "python"
    quiet = {"stderr": subprocess.DEVNULL}
    if python.exists() and subprocess.call([str(python), "-c", check], **quiet) == 0:
        return
    try:
        import ensurepip  # noqa: F401
        import venv as _  # noqa: F401
    except ImportError:
        stop(
            "This Python cannot make virtual environments: venv or ensurepip is missing.",
            "Debian and Ubuntu ship them apart: apt-get install python3-venv",
        )
    print("Making the virtual environment {} ...".format(venv.name), flush=True)
    if subprocess.call([sys.executable, "-m", "venv", "--clear", str(venv)]) != 0:
        shutil.rmtree(str(venv), ignore_errors=True)
        stop("The virtual environment {} could not be made; the reason stands above.".format(venv))


def install(venv, files, hashes):
    """Installs the last file, which holds the pins of the others, unless the stamp has them."""
    stamp = venv / "installed-locks"
    wanted = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    if stamp.exists() and set(wanted) <= set(stamp.read_text().split()):
        return
    # Gone while pip works: an interrupted installation is done again.
    if stamp.exists():
        stamp.unlink()
    print("Installing {} into {} ...".format(files[-1].name, venv.name), flush=True)
    command = [str(venv / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["--require-hashes"] if hashes else []
    # Nobody watches the progress of a log, so only a terminal gets it.
    command += [] if sys.stdout.isatty() else ["--quiet", "--quiet"]
    if subprocess.call(command + ["--requirement", str(files[-1])], stdin=subprocess.DEVNULL) != 0:
        stop(
            "pip could not install {}; its reason stands above.".format(files[-1].name),
            "Packages come from the index that pip is set up for, which has to be reachable once.",
        )
    stamp.write_text("\n".join(wanted) + "\n")


def lowest_versions(venv):
    """Works out the lowest version of each requirement, with uv from the dev environment."""
    pins = venv / "lowest.txt"
    command = [str(ROOT / ".venv" / "bin" / "python"), "-m", "uv", "pip", "compile", "--quiet"]
    command += ["--python", str(venv / "bin" / "python"), "--resolution", "lowest-direct"]
    command += ["--no-header", "--upgrade", "--output-file", str(pins), "requirements-dev.txt"]
    if subprocess.call(command, cwd=str(ROOT)) != 0:
        stop("The lowest allowed versions do not fit together; uv's reason stands above.")
    return pins


def stop(*sentences):
    """Ends with sentences for people instead of a traceback."""
    sys.exit("\n".join(sentences))


if __name__ == "__main__":
    main()
