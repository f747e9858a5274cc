"""Calls everything that the API's description lists with whatever it allows, and with what it doesn't.

Usage: fuzz.py SERVER SECONDS SEED. Starts the server on a folder of its own and has schemathesis call it as the owner, as
a member, as a guest and as nobody. A server error, a status, a header or a body that the description doesn't have fails.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

CHECKS = ",".join(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    ]
)

# Calls that end the very session which calls, or aren't requests and answers.
LEFT_OUT = (
    r"^/api/v1/(auth/logout|gateway|me/password|auth/reset-password)$"
    r"|^/api/v1/admin/mail"
)

PASSWORD = "plum tree at dusk"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def call(base, path, body=None, token=None):
    headers = {"content-type": "application/json"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{base}/api/v1/{path}", data, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def account(name):
    return {"username": name, "email": f"{name}@example.org", "password": PASSWORD}


def start(server, home):
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    env = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
    env |= {
        "PARLEY_LISTEN": f"127.0.0.1:{port}",
        "PARLEY_DATA_DIR": os.path.join(home, "data"),
        "PARLEY_RATE_LIMITS": "off",
    }
    log = open(os.path.join(home, "log"), "wb")
    process = subprocess.Popen([server, "serve"], cwd=home, env=env, stdout=log, stderr=log)
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{base}/readyz", timeout=5)
            return base, process
        except OSError:
            time.sleep(0.1)
    process.kill()
    sys.exit("the server didn't start")


def people(base, home):
    """The tokens of an owner, a member and a guest; none for nobody."""
    with open(os.path.join(home, "data", "setup-token"), encoding="utf-8") as file:
        token = file.read().strip()
    setup = account("olga") | {"token": token, "workspace": "Test", "join_policy": "open"}
    owner = call(base, "setup", setup)["token"]
    member = call(base, "auth/register", account("ana"))["token"]
    room = call(base, "rooms", {"kind": "private", "name": "plans"}, owner)
    call(base, f"rooms/{room['id']}/messages", {"body": "hello", "client_id": "x"}, owner)
    made = call(base, "invitations", {"role": "guest", "rooms": [room["id"]]}, owner)
    invite = made["url"].split("#token=")[1]
    guest = call(base, "auth/register", account("gus") | {"invite": invite})["token"]
    return {"owner": owner, "member": member, "guest": guest, "nobody": None}


def schemathesis(base, home, who, token, seconds, seed):
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{base}/api/openapi.json"]
    program = os.path.join(os.path.dirname(sys.executable), "schemathesis")
    if os.path.exists(program):
        command[:3] = [program]
    command += ["--checks", CHECKS, "--exclude-path-regex", LEFT_OUT]
    command += ["--phases", "examples,coverage,fuzzing", "--max-time", str(seconds)]
    command += ["--seed", str(seed), "--no-shrink", "--continue-on-failure", "--no-color"]
    command += ["--suppress-health-check", "all", "--warnings", "off", "--request-timeout", "20"]
    command += ["--generation-database", "none", "--max-examples", "1000000"]
    if token:
        command += ["-H", f"Authorization: Bearer {token}"]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, timeout=seconds + 300)
    text = done.stdout + done.stderr
    if done.returncode != 0:
        print(f"--- as {who} ---\n{text[-20000:]}")
        return False
    counted = re.search(r"(\d+) generated", text)
    print(f"{who}: {counted.group(1) if counted else 'many'} requests")
    return True


def main():
    server, seconds, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory(prefix="parley-api-") as home:
        base, process = start(server, home)
        try:
            each = max(1, seconds // 4)
            everybody = people(base, home).items()
            good = [schemathesis(base, home, who, token, each, seed) for who, token in everybody]
            alive = process.poll() is None
            if not alive:
                print("the server ended")
            with open(os.path.join(home, "log"), encoding="utf-8", errors="replace") as log:
                wrong = [line for line in log if '"ERROR"' in line or "panicked" in line]
            print("".join(wrong[:20]), end="")
            sys.exit(0 if all(good) and alive and not wrong else 1)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


if __name__ == "__main__":
    main()
