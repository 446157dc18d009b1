#!/usr/bin/env python3
"""A volume plugin for tests: keeps volumes as folders and counts who has mounted them.

  volume-plugin.py SOCKET FOLDER

It speaks the plugin protocol v1 on SOCKET, keeps volumes below FOLDER and writes every call to FOLDER/calls, one a line:
the method, the volume and the id. Options of a volume: fail=METHOD makes that method refuse, slow=SECONDS delays Mount.
Volumes and their users are kept in FOLDER/state.json, so that it may be killed and started again at any time."""
import http.server, json, os, shutil, socketserver, sys, time

SOCKET, FOLDER = sys.argv[1], sys.argv[2]
STATE = os.path.join(FOLDER, "state.json")


def load():
    try:
        with open(STATE) as f:
            return json.load(f)
    except FileNotFoundError:
        return {}


def save(state):
    with open(STATE + ".new", "w") as f:
        json.dump(state, f)
    os.rename(STATE + ".new", STATE)


def place(name):
    return os.path.join(FOLDER, "volumes", name)


class Refusal(Exception):
    pass


def known(state, name):
    if name not in state:
        raise Refusal(f"there is no volume {name} here")
    return state[name]


def told(state, name):
    volume = known(state, name)
    return {"Name": name, "Mountpoint": place(name) if volume["users"] else "", "CreatedAt": volume["created"],
            "Status": {"users": len(volume["users"])}}


def answer(method, request):
    state, name = load(), request.get("Name", "")
    with open(os.path.join(FOLDER, "calls"), "a") as f:
        f.write(f"{method} {name} {request.get('ID', '')}\n".rstrip() + "\n")
    if method != "VolumeDriver.Create" and state.get(name, {}).get("options", {}).get("fail") == method.split(".")[-1]:
        raise Refusal(f"{method} of {name} fails as told")
    match method:
        case "Plugin.Activate":
            return {"Implements": ["VolumeDriver"]}
        case "VolumeDriver.Capabilities":
            return {"Capabilities": {"Scope": "global"}}
        case "VolumeDriver.Create":
            if "refuse" in request.get("Opts", {}):
                raise Refusal("such a volume is not made here")
            os.makedirs(place(name), exist_ok=True)
            state.setdefault(name, {"users": [], "options": request.get("Opts") or {}, "created": "2024-01-02T03:04:05Z"})
            save(state)
            return {}
        case "VolumeDriver.Remove":
            if known(state, name)["users"]:
                raise Refusal(f"volume {name} has users")
            del state[name]
            save(state)
            shutil.rmtree(place(name))
            return {}
        case "VolumeDriver.Mount":
            volume = known(state, name)
            time.sleep(float(volume["options"].get("slow", 0)))
            if request["ID"] not in volume["users"]:
                volume["users"].append(request["ID"])
            save(state)
            return {"Mountpoint": place(name)}
        case "VolumeDriver.Unmount":
            volume = known(state, name)
            if request["ID"] not in volume["users"]:
                raise Refusal(f"{request['ID']} has not mounted {name}")
            volume["users"].remove(request["ID"])
            save(state)
            return {}
        case "VolumeDriver.Path":
            return {"Mountpoint": told(state, name)["Mountpoint"]}
        case "VolumeDriver.Get":
            return {"Volume": told(state, name)}
        case "VolumeDriver.List":
            return {"Volumes": [told(state, v) for v in sorted(state)]}
    raise FileNotFoundError(method)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status = 200
        try:
            reply = answer(self.path.strip("/"), json.loads(body or b"{}"))
        except Refusal as e:
            reply, status = {"Err": str(e)}, 500
        except FileNotFoundError as e:
            reply, status = {"Err": f"no method {e}"}, 404
        data = json.dumps(reply).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def address_string(self):
        return "unix"

    def log_message(self, *args):
        pass


class Server(socketserver.UnixStreamServer):
    def server_activate(self):
        super().server_activate()
        print("ready", flush=True)


os.makedirs(os.path.join(FOLDER, "volumes"), exist_ok=True)
if os.path.exists(SOCKET):
    os.remove(SOCKET)
with Server(SOCKET, Handler) as server:
    server.serve_forever()
