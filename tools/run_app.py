"""Starts Aftershock with `streamlit run asgi.py` and prints its address.

python tools/run_app.py --host 127.0.0.1 --port 8501
"""

import argparse
import errno
import os
import pathlib
import socket
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
PORTS_TRIED = 50
START_SECONDS = 60
ANOTHER_HOST = "Name another: make run HOST=127.0.0.1"


def main() -> None:
    """Finds a port and turns this process into the server."""
    parser = argparse.ArgumentParser(description="Starts Aftershock and prints its address.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", default=8501, type=int, help="the next free one if it is taken")
    asked = parser.parse_args()
    port = free_port(asked.host, asked.port)
    if port != asked.port:
        print(f"Port {asked.port} is in use; taking {port} instead.", flush=True)
    os.chdir(ROOT)
    # The server takes over this very process, so Ctrl-C, signals and the exit code of `make run`
    # are its own; a child waits for it and prints the address once it answers.
    if os.fork() == 0:
        announce(asked.host, port)
        os._exit(0)
    command = [sys.executable, "-m", "streamlit", "run", "asgi.py"]
    command += ["--server.address", asked.host, "--server.port", str(port)]
    # Without these a first start on a new machine asks for an e-mail address and waits.
    command += ["--server.headless", "true", "--browser.gatherUsageStats", "false"]
    os.execv(sys.executable, command)


def free_port(host: str, first: int) -> int:
    """Returns the first port from `first` on that nobody listens on."""
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        if not answers("localhost", port) and can_listen(host, port):
            return port
    sys.exit(f"No free port on {host} from {first} on. Name another: make run PORT=8600")


def answers(host: str, port: int) -> bool:
    """Whether something listens there, on IPv4 or IPv6: a browser may take either for localhost."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def can_listen(host: str, port: int) -> bool:
    """Whether this process could listen there."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        sys.exit(f"{host} is no address of this machine. {ANOTHER_HOST}")
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except PermissionError:
            sys.exit(f"Port {port} is not for this user. Name one above 1023: make run PORT=8501")
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                sys.exit(f"{host} is no address of this machine. {ANOTHER_HOST}")
            return False
    return True


def announce(host: str, port: int) -> None:
    """Prints where the server is once it is up; if it never is, it says why itself."""
    everywhere = host in ("0.0.0.0", "::")
    local = everywhere or host == "127.0.0.1"
    name = "localhost" if local else f"[{host}]" if ":" in host else host
    probe = "127.0.0.1" if host == "0.0.0.0" else "[::1]" if everywhere else name
    server = os.getppid()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and os.getppid() == server:
        try:
            with opener.open(f"http://{probe}:{port}/_stcore/health", timeout=5) as answer:
                if answer.read() == b"ok":
                    more = " and on every other address of this machine" if everywhere else ""
                    print(f"Aftershock is at http://{name}:{port}{more}", flush=True)
                    return
        except OSError:
            pass
        time.sleep(0.1)


if __name__ == "__main__":
    main()
