#!/usr/bin/env python3
"""Sends the same create, start and update requests to two daemons and shows where status or sentence differ.

    tests/compare/create.py unix:///peer.sock unix:///priok.sock [WORD]        ("-" for the second: ask the peer alone)

Both need the starter image busybox:latest (bin/starter-image). With WORD only cases whose name has it run. The
cases are hand-made ones and, for every field of the requests (fields.txt of the table test), wrong types, negative,
huge and empty values. Everything made is removed again.
"""
import http.client, json, os, socket, sys

class Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path.removeprefix("unix://")
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(60)
        self.sock.connect(self.path)

def call(daemon, method, path, body=None):
    c = Unix(daemon)
    headers = {}
    data = None
    if body is not None:
        data = body if isinstance(body, str) else json.dumps(body)
        headers["Content-Type"] = "application/json"
    c.request(method, "/v1.45" + path, data, headers)
    r = c.getresponse()
    text = r.read().decode(errors="replace")
    c.close()
    try:
        return r.status, json.loads(text) if text.strip() else {}
    except ValueError:
        return r.status, {"raw": text}

def said(answer):
    return answer.get("message", "").strip() if isinstance(answer, dict) else str(answer)

def attempt(daemon, case):
    """What happens to a case, as a list of lines to compare."""
    lines = []
    body = dict(case["body"])
    if "raw" in case:
        status, answer = call(daemon, "POST", "/containers/create", case["raw"])
    else:
        body.setdefault("Image", os.environ.get("IMAGE", "busybox"))
        body.setdefault("Cmd", ["true"])
        status, answer = call(daemon, "POST", "/containers/create", body)
    if status != 201:
        return [f"create {status} {said(answer)}"]
    lines.append("create 201 " + " | ".join(answer.get("Warnings") or []))
    cid = answer["Id"]
    try:
        for field in case.get("show", []):
            _, shown = call(daemon, "GET", f"/containers/{cid}/json")
            at = shown
            for part in field.split("."):
                at = at.get(part) if isinstance(at, dict) else None
            lines.append(f"{field} = {json.dumps(at, sort_keys=True)}")
        if case.get("start"):
            status, answer = call(daemon, "POST", f"/containers/{cid}/start")
            lines.append(f"start {status} {said(answer).replace(cid, '<id>')}")
            if status == 204:
                if "update" in case:
                    status, answer = call(daemon, "POST", f"/containers/{cid}/update", case["update"])
                    lines.append(f"update {status} {said(answer).replace(cid, '<id>')} {answer.get('Warnings')}")
                else:
                    _, answer = call(daemon, "POST", f"/containers/{cid}/wait")
                    lines.append(f"exit {answer.get('StatusCode')}")
                    c = Unix(daemon)
                    c.request("GET", f"/v1.45/containers/{cid}/logs?stdout=1&stderr=1")
                    raw = c.getresponse().read()
                    out = b""
                    while len(raw) >= 8:
                        n = int.from_bytes(raw[4:8], "big")
                        out += raw[8:8 + n]
                        raw = raw[8 + n:]
                    lines.append("says " + out.decode(errors="replace").replace(cid[:12], "<short>").strip())
        elif "update" in case:
            status, answer = call(daemon, "POST", f"/containers/{cid}/update", case["update"])
            lines.append(f"update {status} {said(answer).replace(cid, '<id>')} {answer.get('Warnings')}")
    finally:
        call(daemon, "DELETE", f"/containers/{cid}?force=1&v=1")
    return lines

def main():
    peer, own = sys.argv[1:3]
    word = sys.argv[3] if len(sys.argv) > 3 else ""
    sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
    import cases
    same = different = 0
    # What the peer said is kept in the file PEER_ANSWERS, so that a second run asks it only what is new.
    kept = os.environ.get("PEER_ANSWERS")
    answers = json.load(open(kept)) if kept and os.path.exists(kept) else {}
    for case in cases.all():
        if word and word not in case["name"]:
            continue
        key = json.dumps(case, sort_keys=True)
        if key not in answers and os.environ.get("KNOWN_ONLY"):
            continue
        if key not in answers:
            answers[key] = attempt(peer, case)
            if kept:
                json.dump(answers, open(kept + ".new", "w"))
                os.rename(kept + ".new", kept)
        if own == "-":
            continue
        left, right = answers[key], attempt(own, case)
        if left == right:
            same += 1
            if os.environ.get("ALL"):
                print("=", case["name"], left)
            continue
        different += 1
        print("#", case["name"], json.dumps(case.get("raw", case["body"]))[:200])
        for a, b in zip(left + [""] * (len(right) - len(left)), right + [""] * (len(left) - len(right))):
            if a != b:
                print("   peer", a)
                print("   own ", b)
    print(f"{same} the same, {different} different")

main()
