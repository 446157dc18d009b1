#!/usr/bin/env python3
"""An authorization plugin for tests.

  authorization-plugin.py SOCKET FOLDER

It speaks the plugin protocol v1 on SOCKET and appends every question to FOLDER/calls, one JSON document a line. It allows
everything but what FOLDER/rules says, one rule a line: "request TEXT" refuses calls whose method, URI or body has the text,
"response TEXT" refuses answers whose body has it, "fail TEXT" answers such calls with an error."""
import base64, http.server, json, os, socketserver, sys

SOCKET, FOLDER = sys.argv[1], sys.argv[2]


def rules():
    try:
        with open(os.path.join(FOLDER, "rules")) as f:
            return [line.rstrip("\n").split(" ", 1) for line in f if line.strip()]
    except FileNotFoundError:
        return []


def text(asked, field):
    return base64.b64decode(asked.get(field) or "").decode(errors="replace")


def answer(method, asked):
    if method == "Plugin.Activate":
        return {"Implements": ["authz"]}
    seen = dict(asked, Question=method, RequestBody=text(asked, "RequestBody"), ResponseBody=text(asked, "ResponseBody"))
    with open(os.path.join(FOLDER, "calls"), "a") as f:
        f.write(json.dumps(seen) + "\n")
    request = " ".join([asked.get("RequestMethod", ""), asked.get("RequestUri", ""), seen["RequestBody"]])
    for kind, needle in rules():
        if kind == "fail" and needle in request:
            return {"Err": "the plugin is ill"}
        if kind == "request" and method == "AuthZPlugin.AuthZReq" and needle in request:
            return {"Allow": False, "Msg": f"no {needle} here"}
        if kind == "response" and method == "AuthZPlugin.AuthZRes" and needle in seen["ResponseBody"]:
            return {"Allow": False, "Msg": f"{needle} is not for you"}
    return {"Allow": True}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        document = json.dumps(answer(self.path.lstrip("/"), json.loads(body or "{}"))).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.docker.plugins.v1.1+json")
        self.send_header("Content-Length", str(len(document)))
        self.end_headers()
        self.wfile.write(document)

    def address_string(self):
        return "unix"

    def log_message(self, *arguments):
        pass


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


with Server(SOCKET, Handler) as server:
    print("ready", flush=True)
    server.serve_forever()
