#!/usr/bin/env python3
"""Writes the names of all fields of the create and update requests of a container, from the Engine API's specification:
    tests/fields/from-spec.py engine-api-v1.51.yaml >tests/src/test/resources/dev/priok/tests/fields/requests.txt
Needs python3-yaml. One field a line: the request, then the path of the field; [] is an element of a list, {} a value
of a map, ? a parameter of the query.
"""
import sys, yaml

spec = yaml.safe_load(open(sys.argv[1]))


def resolve(schema):
    while "$ref" in schema:
        schema = spec["definitions"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def properties(schema):
    schema = resolve(schema)
    found = {}
    for part in schema.get("allOf", []):
        found.update(properties(part))
    found.update(schema.get("properties") or {})
    return found


def walk(request, path, schema):
    for name, field in properties(schema).items():
        at = path + name
        print(request, at)
        below = resolve(field)
        if below.get("type") == "array":
            walk(request, at + "[].", below.get("items", {}))
        elif isinstance(below.get("additionalProperties"), dict):
            value = resolve(below["additionalProperties"])
            if value.get("type") == "array":
                walk(request, at + "{}[].", value.get("items", {}))
            else:
                walk(request, at + "{}.", value)
        else:
            walk(request, at + ".", below)


for request, path in (("create", "/containers/create"), ("update", "/containers/{id}/update")):
    for parameter in spec["paths"][path]["post"]["parameters"]:
        if parameter["in"] == "query":
            print(request, "?" + parameter["name"])
        elif parameter["in"] == "body":
            walk(request, "", parameter["schema"])
