package dev.priok.tests.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Makes requests to an operation that are nearly what they should be. */
final class Requests {
  private final HostileValues values;

  Requests(HostileValues values) {
    this.values = values;
  }

  /** The bytes of one. */
  byte[] next(Operation operation) {
    StringBuilder head = new StringBuilder();
    head.append(operation.method()).append(' ').append(target(operation)).append(" HTTP/1.1\r\n");
    head.append("Host: x\r\nConnection: close\r\n");
    byte[] body = body(operation);
    if (body.length > 0 || !operation.body().isMissingNode()) {
      if (values.chance(0.95)) {
        head.append("Content-Type: ")
            .append(
                values.chance(0.95)
                    ? "application/json"
                    : values.one(List.of("text/plain", "application/x-tar", "", "a/b; c=\"")))
            .append("\r\n");
      }
      if (values.chance(0.97)) {
        head.append("Content-Length: ").append(body.length).append("\r\n");
      } else {
        head.append(
            values.one(
                List.of(
                    "Content-Length: -1\r\n",
                    "Content-Length: 5\r\nContent-Length: 6\r\n",
                    "Content-Length: 99999999999999999999\r\n",
                    "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
                    "Transfer-Encoding: xchunked\r\n",
                    "Content-Length : 3\r\n")));
      }
    }
    if (values.chance(0.05)) {
      head.append(
          values.one(
              List.of(
                  "X-Registry-Auth: e30=\r\n",
                  "X-Registry-Auth: !!!\r\n",
                  "X-Registry-Config: e30=\r\n",
                  "Upgrade: tcp\r\n",
                  "Expect: 100-continue\r\n",
                  "Range: bytes=0-\r\n",
                  "X: " + "y".repeat(20_000) + "\r\n",
                  " folded\r\n",
                  "no colon\r\n")));
    }
    head.append("\r\n");
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
    all.writeBytes(body);
    return all.toByteArray();
  }

  private String target(Operation operation) {
    StringBuilder target = new StringBuilder();
    if (values.chance(0.8)) {
      target.append(values.one(List.of("/v1.24", "/v1.41", "/v1.45", "/v1.51", "/v1.51")));
    } else if (values.chance(0.1)) {
      target.append(values.one(List.of("/v1.23", "/v1.99", "/v1", "/v9.9.9.9", "/v1.x")));
    }
    for (String part : operation.path().split("(?<=/)|(?=/)", -1)) {
      target.append(part.startsWith("{") ? escaped(values.name()) : part);
    }
    char separator = '?';
    for (Map.Entry<String, String> parameter : operation.query().entrySet()) {
      boolean needed = parameter.getKey().equals("t") && parameter.getValue().equals("integer");
      if (needed || values.chance(0.4)) {
        target.append(separator).append(escaped(parameter.getKey()));
        target.append('=');
        target.append(escaped(values.parameter(parameter.getKey(), parameter.getValue())));
        separator = '&';
      }
    }
    return target.toString();
  }

  private String escaped(String text) {
    if (values.chance(0.02)) {
      return text.replaceAll("[\r\n\u0000 ]", "");
    }
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private byte[] body(Operation operation) {
    JsonNode schema = operation.body();
    if (schema.isMissingNode()) {
      return values.chance(0.03) ? new byte[] {'{', '}'} : new byte[0];
    }
    if (values.chance(0.03)) {
      return new byte[0];
    }
    JsonNode document = values.value(schema, 0);
    if (document instanceof ObjectNode object) {
      sensible(operation, object);
    }
    return values.bytes(document);
  }

  /** Requests that make something are refused for their first fault: most should get farther. */
  private void sensible(Operation operation, ObjectNode body) {
    switch (operation.path()) {
      case "/containers/create" -> {
        if (values.chance(0.8)) {
          body.put("Image", "busybox");
          body.putArray("Cmd").add("sleep").add(values.chance(0.5) ? "1000" : "0");
          body.remove(List.of("Entrypoint", "StopTimeout"));
        }
        if (values.chance(0.6)) {
          body.remove("HostConfig");
        }
        body.remove("StopTimeout");
      }
      case "/containers/{id}/exec" -> {
        if (values.chance(0.7)) {
          body.putArray("Cmd").add("true");
        }
      }
      case "/volumes/create" -> {
        if (values.chance(0.5)) {
          body.remove(List.of("Driver", "DriverOpts", "ClusterVolumeSpec"));
        }
      }
      case "/networks/create" -> {
        if (values.chance(0.5)) {
          body.remove(List.of("Driver", "IPAM", "Options", "ConfigOnly", "ConfigFrom", "Scope"));
        }
      }
      default -> {}
    }
  }
}
