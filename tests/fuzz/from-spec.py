#!/usr/bin/env python3
"""Writes every operation of the Engine API's specification as the fuzz test reads it:
    tests/fuzz/from-spec.py engine-api-v1.51.yaml >tests/src/test/resources/dev/priok/tests/fuzz/operations.json
Needs python3-yaml. Of each: method, path, parameters of the query and their types, the body's schema with references
resolved (three levels deep), and the statuses that the specification names."""
import json, sys, yaml

spec = yaml.safe_load(open(sys.argv[1]))
METHODS = ("get", "head", "post", "put", "delete")


def schema(s, depth=0):
    while "$ref" in s:
        s = spec["definitions"][s["$ref"].rsplit("/", 1)[1]]
    fields = {}
    for part in [*s.get("allOf", []), s]:
        while "$ref" in part:
            part = spec["definitions"][part["$ref"].rsplit("/", 1)[1]]
        fields.update(part.get("properties") or {})
    if depth > 4:
        return {"type": "any"}
    if fields:
        return {"type": "object", "fields": {n: schema(f, depth + 1) for n, f in fields.items()}}
    if s.get("type") == "array":
        return {"type": "array", "items": schema(s.get("items", {}), depth + 1)}
    if isinstance(s.get("additionalProperties"), dict):
        return {"type": "map", "items": schema(s["additionalProperties"], depth + 1)}
    found = {"type": s.get("type", "any")}
    if "enum" in s:
        found["enum"] = s["enum"]
    return found


operations = []
for path, item in spec["paths"].items():
    for method in METHODS:
        if method not in item:
            continue
        operation = item[method]
        parameters = [*item.get("parameters", []), *operation.get("parameters", [])]
        found = {"method": method.upper(), "path": path,
                 "query": {p["name"]: p.get("type", "string") for p in parameters if p["in"] == "query"},
                 "statuses": [int(s) for s in operation.get("responses", {}) if str(s).isdigit()]}
        for p in parameters:
            if p["in"] == "body":
                found["body"] = schema(p.get("schema", {}))
        operations.append(found)
json.dump(operations, sys.stdout, indent=None, separators=(",", ":"), sort_keys=True)
print()
