"""A server of our own, people of every role on it, and things that calls are about."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

PASSWORD = "plum tree at dusk"

# An image of one pixel.
PIXEL = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)

# What a changed workspace could refuse to those who call next.
POLICIES = [
    "join_policy",
    "file_types",
    "max_file_bytes",
    "retention_days",
    "storage_quota_bytes",
    "user_quota_bytes",
]


class Server:
    """`parley serve` on a folder of its own."""

    def __init__(self, program, home):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        self.home = home
        env = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
        env |= {
            "PARLEY_LISTEN": f"127.0.0.1:{port}",
            "PARLEY_DATA_DIR": os.path.join(home, "data"),
            "PARLEY_RATE_LIMITS": "off",
        }
        self.log = os.path.join(home, "log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([program, "serve"], cwd=home, env=env, stdout=log, stderr=log)
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.base}/readyz", timeout=5)
                return
            except OSError:
                time.sleep(0.1)
        self.process.kill()
        sys.exit("the server didn't start")

    def call(self, method, path, body=None, token=None):
        """The answer's JSON; an answer that isn't a success raises."""
        headers = {}
        if token:
            headers["authorization"] = f"Bearer {token}"
        if isinstance(body, bytes):
            headers["content-type"] = "application/octet-stream"
        elif body is not None:
            headers["content-type"] = "application/json"
            body = json.dumps(body).encode()
        request = urllib.request.Request(f"{self.base}/api/v1/{path}", body, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def complaints(self):
        """What the log has that must not be there."""
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return [line for line in log if '"ERROR"' in line or "panicked" in line]

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


class Person:
    """Somebody who calls: a role's name, and the token of a session or of an API token; none for nobody."""

    def __init__(self, role, username=None, user_id=None, token=None):
        self.role = role
        self.username = username
        self.id = user_id
        self.token = token


class People:
    """One caller of each role, and what they call about: made when asked for, and again once it is gone."""

    def __init__(self, server):
        self.server = server
        self.number = 0
        self.made = {}
        with open(os.path.join(server.home, "data", "setup-token"), encoding="utf-8") as file:
            token = file.read().strip()
        setup = self.account("olga") | {"token": token, "workspace": "Test", "join_policy": "open"}
        session = server.call("POST", "setup", setup)
        self.owner = Person("owner", "olga", session["user"]["id"], session["token"])
        self.all = [self.owner]
        for role, name in [("administrator", "ada"), ("member", "ana"), ("guest", "gus")]:
            user = server.call("POST", "admin/users", self.account(name) | {"role": role}, self.owner.token)
            self.all.append(Person(role, name, user["id"], self.session(name)))
        self.reader = Person("read token", "olga", self.owner.id, self.api_token(self.owner.token)["secret"])
        self.all += [self.reader, Person("nobody")]
        usual = server.call("GET", "workspace", token=self.owner.token)
        self.usual = {name: usual[name] for name in POLICIES} | {"icon": self.make_loose_file(self.owner)}
        server.call("PATCH", "workspace", self.usual, self.owner.token)

    def account(self, name):
        return {"username": name, "email": f"{name}@example.org", "password": PASSWORD}

    def fresh(self, word):
        self.number += 1
        return f"{word}{self.number}"

    def session(self, username):
        return self.server.call("POST", "auth/login", {"login": username, "password": PASSWORD})["token"]

    def api_token(self, session, scopes=("read",)):
        body = {"name": self.fresh("robot "), "scopes": list(scopes)}
        return self.server.call("POST", "me/tokens", body, session)

    def alive(self, who):
        """Sees that somebody's session still works, signing in again where a call ended it. True if it had to."""
        if who.token is None:
            return False
        try:
            self.server.call("GET", "me", token=who.token)
            return False
        except urllib.error.HTTPError as error:
            if error.code != 401:
                raise
        who.token = self.api_token(self.owner.token)["secret"] if who is self.reader else self.session(who.username)
        return True

    def signer(self, who):
        """Who makes the things that somebody calls about: themselves where they may."""
        return who if who.role in ("owner", "administrator", "member", "guest") else self.owner

    def thing(self, kind, who):
        """The id of something that is there; None where nobody can make one."""
        key = (kind, who.role)
        if key not in self.made:
            self.made[key] = getattr(self, f"make_{kind}")(who)
        return self.made[key]

    def gone(self, kind, who):
        self.made.pop((kind, who.role), None)

    def everything_gone(self):
        """A round begins with things that are all there."""
        self.made.clear()

    def make_room(self, who):
        signer = self.signer(who)
        members = [signer.id] if signer is not self.owner else []
        body = {"kind": "private", "name": self.fresh("room "), "members": members}
        return self.server.call("POST", "rooms", body, self.owner.token)["id"]

    def make_message(self, who):
        body = {"body": "hello **all**", "client_id": self.fresh("c")}
        path = f"rooms/{self.thing('room', who)}/messages"
        return self.server.call("POST", path, body, self.signer(who).token)["id"]

    def make_loose_file(self, who):
        return self.server.call("POST", "files?name=dot.gif", PIXEL, self.signer(who).token)["id"]

    def make_file(self, who):
        file = self.make_loose_file(who)
        body = {"body": "see", "client_id": self.fresh("c"), "attachments": [file]}
        path = f"rooms/{self.thing('room', who)}/messages"
        self.server.call("POST", path, body, self.signer(who).token)
        return file

    def make_text(self, who):
        body = b"one line\nand another\n"
        return self.server.call("POST", "files?name=notes.txt", body, self.signer(who).token)["id"]

    def make_upload(self, who):
        body = {"name": "plans.txt", "size": 4000}
        return self.server.call("POST", "uploads", body, self.signer(who).token)["id"]

    def make_user(self, who):
        """Somebody else, whom administrators may do anything to."""
        name = self.fresh("victim")
        user = self.server.call("POST", "admin/users", self.account(name), self.owner.token)["id"]
        self.made[("user_name", who.role)] = name
        return user

    def make_member(self, who):
        """Somebody else in the room."""
        user = self.thing("user", who)
        path = f"rooms/{self.thing('room', who)}/members/{user}"
        self.server.call("PUT", path, {}, self.owner.token)
        return user

    def make_user_name(self, who):
        self.gone("user", who)
        self.thing("user", who)
        return self.made[("user_name", who.role)]

    def make_user_session(self, who):
        session = self.session(self.thing("user_name", who))
        return self.server.call("GET", "me/sessions", token=session)["items"][0]["id"]

    def make_user_token(self, who):
        return self.api_token(self.session(self.thing("user_name", who)))["id"]

    def make_my_session(self, who):
        """Another session than the one that calls."""
        username = self.signer(who).username
        session = self.session(username)
        items = self.server.call("GET", "me/sessions", token=session)["items"]
        return next(item["id"] for item in items if item["current"])

    def make_my_token(self, who):
        return self.api_token(self.signer(who).token)["id"]

    def make_invitation(self, who):
        signer = self.signer(who) if who.role != "guest" else self.owner
        return self.server.call("POST", "invitations", {}, signer.token)["id"]

    def make_invite_secret(self, who):
        made = self.server.call("POST", "invitations", {}, self.owner.token)
        return made["url"].split("#token=")[1]

    def make_reset_secret(self, who):
        """The secret with which somebody else sets a password."""
        path = f"admin/users/{self.thing('user', who)}/reset-link"
        return self.server.call("POST", path, token=self.owner.token)["url"].split("#token=")[1]

    def make_job(self, who):
        """A mail that no server takes."""
        mail = {"url": "smtp://127.0.0.1:1", "from": "parley@example.org"}
        self.server.call("PUT", "admin/mail", mail, self.owner.token)
        name = self.thing("user_name", who)
        self.server.call("POST", "auth/forgot-password", {"email": f"{name}@example.org"})
        self.server.call("DELETE", "admin/mail", token=self.owner.token)
        jobs = self.server.call("GET", "admin/jobs", token=self.owner.token)["items"]
        return jobs[0]["id"] if jobs else None
