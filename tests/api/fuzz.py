"""Calls everything that the API's description lists, as every role, with what it allows and with what it doesn't.

Usage: fuzz.py SERVER SECONDS SEED. Starts the server on a folder of its own, and has schemathesis make cases of every
operation: generated from its description, valid and not, and those at the edges of what it says. Each case is called as
the owner, an administrator, a member, a guest, by a token that may only read, and as nobody, mostly about things that are
there. A server error, or a status, header, type or body that the description doesn't have, fails; so does a role that got
too few requests through to any operation: the run can't shrink unseen.

What is refused to everybody fails too: then the cases don't reach what they are for. Nothing is left out. Signing out
ends a session of its own, passwords are changed to what they were, and a session that a call ended is made anew.
"""

import collections
import itertools
import random
import sys
import tempfile
import time
import warnings

import hypothesis
import requests
import schemathesis
from hypothesis.errors import HypothesisException
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import Failure, FailureGroup

from people import PASSWORD, People, Server

CHECKED = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]

# Cases of each kind that are generated for an operation, and how many at its edges are taken on: in the first round, and
# in each that a longer run adds.
GENERATED = 2, 8
EDGES = 2, 8

# Fewer requests than this, as any role to any operation, fail.
HANDFUL = 6

# What a path's parameter stands for, by how the path begins; the longest beginning counts.
THINGS = {
    "/api/v1/admin/jobs/{id}": "job",
    "/api/v1/admin/rooms/{id}": "room",
    "/api/v1/admin/users/{id}": "user",
    "/api/v1/admin/users/{id}/sessions/{session_id}": "user_session",
    "/api/v1/admin/users/{id}/tokens/{token_id}": "user_token",
    "/api/v1/files/{id}": "file",
    "/api/v1/files/{id}/preview": "text",
    "/api/v1/invitations/{id}": "invitation",
    "/api/v1/me/sessions/{id}": "my_session",
    "/api/v1/me/tokens/{id}": "my_token",
    "/api/v1/messages/{id}": "message",
    "/api/v1/rooms/{id}": "room",
    "/api/v1/rooms/{id}/members/{user_id}": "member",
    "/api/v1/uploads/{id}": "upload",
    "/api/v1/users/{id}": "user",
}

# What is in a room goes with it, and what is a user's.
OF_USER = ["user_session", "user_token", "user_name"]
INSIDE = {"room": ["message", "file", "text", "member"], "user": OF_USER, "member": ["user", *OF_USER]}

# Words that the description only tells people of.
WORDS = {
    "accent": ["#1b6e53", None],
    "also_to_room": [False],
    "body": ["hello @ana, **see** `this`"],
    "current": [PASSWORD],
    "current_password": [PASSWORD],
    "display_name": ["Someone Else"],
    "expires_at": [None, "2125-01-01T00:00:00Z"],
    "from": ["Parley <parley@example.org>"],
    "history": ["all", "since_join"],
    "invite": [None],
    "join_policy": ["open", "invite", "domain", "closed"],
    "kind": ["public", "private"],
    "login": ["olga"],
    "password": [PASSWORD],
    "role": ["guest", "member", "administrator", "owner", None],
    "scopes": [["read"], ["read", "write"]],
    "time_zone": ["Europe/Lisbon", None],
    "to": [None],
    "topic": ["What comes next", None],
    "url": ["smtp://127.0.0.1:1"],
    "who_invites": ["members", "owners"],
    "who_posts": ["members", "owners"],
}

# Fields that hold ids, alone or in a list.
IDS = {
    "attachments": "loose_file",
    "avatar": "loose_file",
    "default_room": "room",
    "icon": "loose_file",
    "members": "user",
    "rooms": "room",
    "thread": "message",
    "users": "user",
}

# Fields that are another one every time, with what stands behind the number.
FRESH = {"username": "", "email": "@example.org", "client_id": "", "name": ""}

# Secrets of links.
SECRETS = {"/api/v1/auth/invite": "invite_secret", "/api/v1/auth/reset-password": "reset_secret"}

# What nobody gets through: it isn't a request and an answer, it was done, it needs a link from a mail or hours of tries.
REFUSED = {
    "GET /api/v1/gateway",
    "POST /api/v1/setup",
    "POST /api/v1/auth/confirm",
    "DELETE /api/v1/admin/jobs/{id}",
    "POST /api/v1/admin/jobs/{id}/retry",
}

for reports in ("application/csp-report", "application/reports+json"):
    schemathesis.serializer.alias(reports, "application/json")


def things_of(path):
    """What each parameter of a path stands for; the longest beginning that is known counts."""
    things = {}
    for begin in sorted(THINGS, key=len):
        if path == begin or path.startswith(begin + "/"):
            things[begin[: begin.rindex("}")].rsplit("{", 1)[1]] = THINGS[begin]
    return things


def generated(operation, mode, count, number):
    """Cases made from the description; none where it leaves nothing to do wrong."""
    cases = []

    @hypothesis.seed(number)
    @hypothesis.settings(
        max_examples=count,
        phases=[hypothesis.Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(operation.as_strategy(generation_mode=mode))
    def take(case):
        cases.append(case)

    try:
        take()
    except HypothesisException:
        pass
    return cases


def edges(operation):
    """Cases at the edges of what the description says, over and over."""
    config = operation.schema.config.generation_for(operation=operation, phase="coverage")
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    while True:
        some = False
        for case in operation.schema.iter_coverage_cases(operation, generation_modes=modes, generation_config=config):
            if case.method.upper() == operation.method.upper():
                some = True
                yield case
        if not some:
            return


class Run:
    """All calls, and what came of them."""

    def __init__(self, server, people, seed):
        self.server = server
        self.people = people
        self.seed = seed
        self.dice = random.Random(seed)
        schema = schemathesis.openapi.from_url(f"{server.base}/api/openapi.json")
        self.operations = [found.ok() for found in schema.get_all_operations()]
        self.edges = {operation.label: edges(operation) for operation in self.operations}
        load_all_checks()
        self.checks = CHECKS.get_by_names(CHECKED)
        self.sessions = {who.role: requests.Session() for who in people.all}
        self.requests = collections.Counter()
        self.well = collections.Counter()
        self.statuses = collections.Counter()
        self.failures = {}
        self.renewed = 0

    def round(self, number, end):
        """Every operation as every role: cases generated, valid first, and some at the edges. The first is always whole:
        a slow machine takes longer, it doesn't call less."""
        for operation in self.operations:
            if number > 0 and time.monotonic() > end:
                return
            cases = []
            count, more = GENERATED[min(number, 1)], EDGES[min(number, 1)]
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                cases += [(case, mode) for case in generated(operation, mode, count, self.seed * 100_000 + number)]
            wanted = max(count * 2 - len(cases), 0) + more
            cases += [(case, None) for case in itertools.islice(self.edges[operation.label], wanted)]
            # Where little can be said, it is said more than once: what is there changes in between.
            cases = list(itertools.islice(itertools.cycle(cases), max(len(cases), HANDFUL))) if cases else []
            for at, (case, mode) in enumerate(cases):
                for who in self.people.all:
                    self.call(operation, self.about(case, mode, at, operation, who), who)

    def about(self, case, mode, at, operation, who):
        """The case, mostly about things that are there and with words that mean something."""
        path, headers, body = dict(case.path_parameters), dict(case.headers), case.body
        if at % 4 != 3:
            for name, kind in things_of(operation.path).items():
                there = self.people.thing(kind, who)
                if name in path and there is not None:
                    path[name] = there
        if mode is GenerationMode.POSITIVE and at % 2 == 0:
            if isinstance(body, dict):
                body = self.meaning(body, operation, who)
            if "Upload-Offset" in headers:
                headers["Upload-Offset"] = "0"
        return operation.Case(
            method=case.method,
            path_parameters=path,
            headers=headers,
            cookies=dict(case.cookies),
            query=dict(case.query),
            body=body,
            media_type=case.media_type,
        )

    def meaning(self, body, operation, who):
        """A body whose words and ids mean something."""
        said = dict(body)
        if "username" in body:
            said["password"] = PASSWORD
        for name, value in body.items():
            if name in FRESH:
                said[name] = self.people.fresh("someone") + FRESH[name]
            elif name in WORDS:
                said[name] = self.dice.choice(WORDS[name])
            elif name in IDS:
                there = self.people.thing(IDS[name], who)
                said[name] = [there] if isinstance(value, list) else there
            elif name == "token" and operation.path in SECRETS:
                said[name] = self.people.thing(SECRETS[operation.path], who)
        return said

    def call(self, operation, case, who):
        token = who.token
        if operation.path.endswith("/auth/logout") and who.username and who is not self.people.reader:
            token = self.people.session(who.username)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        place = (who.role, operation.label)
        self.requests[place] += 1
        try:
            answer = case.call(session=self.sessions[who.role], headers=headers, timeout=30, allow_redirects=False)
        except requests.RequestException as error:
            self.failed(who, case, headers, f"no answer: {error}")
            return
        self.sessions[who.role].cookies.clear()
        self.statuses[(who.role, answer.status_code // 100)] += 1
        try:
            case.validate_response(answer, checks=self.checks, headers=headers)
        except FailureGroup as group:
            for failure in group.exceptions:
                self.failed(who, case, headers, describe(failure), answer)
        except Failure as failure:
            self.failed(who, case, headers, describe(failure), answer)
        if answer.status_code < 300:
            self.well[place] += 1
            if operation.method.upper() != "GET":
                self.settle(operation, who)
        elif answer.status_code == 401 and self.people.alive(who):
            self.renewed += 1

    def settle(self, operation, who):
        """After something was changed: what it was about is made anew, and what others need is put back."""
        for kind in things_of(operation.path).values():
            for gone in [kind, *INSIDE.get(kind, [])]:
                self.people.gone(gone, who)
        for spent in ("loose_file", "invite_secret", "reset_secret"):
            self.people.gone(spent, who)
        if operation.path == "/api/v1/workspace":
            self.server.call("PATCH", "workspace", self.people.usual, self.people.owner.token)
        if operation.path == "/api/v1/admin/mail" and operation.method.upper() == "PUT":
            self.server.call("DELETE", "admin/mail", token=self.people.owner.token)

    def failed(self, who, case, headers, text, answer=None):
        status = answer.status_code if answer is not None else 0
        key = (case.operation.label, status, text.splitlines()[0])
        if key in self.failures:
            self.failures[key][0] += 1
            return
        said = answer.content[:600].decode(errors="replace") if answer is not None else ""
        request = case.as_curl_command(headers=headers)[:1500]
        self.failures[key] = [1, f"as {who.role}: {case.operation.label}: {status}\n{text}\n{said}\n{request}"]

    def report(self):
        """Says what was called; true when all of it was and nothing was wrong."""
        for count, text in self.failures.values():
            print(f"--- {count} times: {text}\n")
        small = []
        for who in self.people.all:
            counts = {each.label: self.requests[(who.role, each.label)] for each in self.operations}
            well = sum(self.well[(who.role, each.label)] > 0 for each in self.operations)
            kinds = ", ".join(f"{self.statuses[(who.role, kind)]} of {kind}xx" for kind in (2, 3, 4, 5))
            print(
                f"{who.role}: {sum(counts.values())} requests to {len(counts)} operations, at least"
                f" {min(counts.values())} to each; {well} did something; {kinds}"
            )
            small += [f"{who.role}, {label}: only {count}" for label, count in counts.items() if count < HANDFUL]
        for line in small:
            print(f"too few requests: {line}")
        through = {label for _, label in +self.well}
        shut = {each.label for each in self.operations} - through - REFUSED
        for label in sorted(shut):
            print(f"refused to everyone: {label}")
        total = sum(self.requests.values())
        print(f"all: {total} requests, {self.renewed} sessions made anew, {len(self.failures)} kinds of surprise")
        return not self.failures and not small and not shut and bool(self.operations)


def describe(failure):
    return f"{failure.title}: {failure.message}".strip()


def main():
    program, seconds, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    warnings.filterwarnings("ignore")
    with tempfile.TemporaryDirectory(prefix="parley-api-") as home:
        server = Server(program, home)
        try:
            run = Run(server, People(server), seed)
            end = time.monotonic() + seconds
            for number in itertools.count():
                run.round(number, end)
                if time.monotonic() > end:
                    break
            good = run.report()
            alive = server.process.poll() is None
            if not alive:
                print("the server ended")
            wrong = server.complaints()
            print("".join(wrong[:20]), end="")
            sys.exit(0 if good and alive and not wrong else 1)
        finally:
            server.end()


if __name__ == "__main__":
    main()
