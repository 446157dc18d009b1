package dev.priok.tests.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * Values that should be refused, and some that should not: without those no request gets far. No
 * path of the machine is among them but one folder that is made for it.
 */
final class HostileValues {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final ObjectMapper MAPPER = new JsonMapper();

  private static final List<String> STRINGS =
      List.of(
          "",
          " ",
          "a",
          "..",
          "../../../../../../etc/passwd",
          "\u0000",
          "a\u0000b",
          "x\r\nX-Evil: 1\r\n\r\n",
          "%2e%2e%2f",
          "%00",
          "%zz",
          "\uD83D\uDCA5\u202E",
          "$(reboot)",
          "-1",
          "0",
          "1",
          "true",
          "null",
          "{}",
          "[\"x\"]",
          "{\"label\":{\"a\":true}}",
          "{\"label\":3}",
          "9223372036854775808",
          "99999999999999999999999999",
          "1e9",
          "NaN",
          "localhost:1/x:y@z",
          "sha256:0000000000000000000000000000000000000000000000000000000000000000",
          "host",
          "none",
          "bridge",
          "container:a",
          "private",
          "busybox",
          "busybox:latest",
          "sh",
          "always",
          "SIGKILL",
          "0.0.0.0",
          "::1",
          "10.0.0.0/33",
          "80/tcp",
          "65536/tcp",
          "2026-13-45T00:00:00Z",
          "unconfined",
          "seccomp={",
          "type=bind",
          "x".repeat(300),
          "x".repeat(70_000));

  /** Of an object's fields: with few of them a request gets farther. */
  private static final List<Double> SHARES = List.of(0.01, 0.04, 0.15);

  private static final List<JsonNode> NUMBERS =
      List.of(
          NODES.numberNode(0),
          NODES.numberNode(1),
          NODES.numberNode(-1),
          NODES.numberNode(2),
          NODES.numberNode(100),
          NODES.numberNode(65536),
          NODES.numberNode(8 << 20),
          NODES.numberNode(Integer.MIN_VALUE),
          NODES.numberNode(Integer.MAX_VALUE),
          NODES.numberNode(Long.MIN_VALUE),
          NODES.numberNode(Long.MAX_VALUE),
          NODES.numberNode(0.5),
          NODES.numberNode(1e300),
          BigIntegerNode.valueOf(BigInteger.TWO.pow(200)));

  private final Random random;
  private final String folder;
  private final Known known;

  HostileValues(Random random, Path folder, Known known) {
    this.random = random;
    this.folder = folder.toString();
    this.known = known;
  }

  boolean chance(double share) {
    return random.nextDouble() < share;
  }

  <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  String text() {
    return switch (random.nextInt(8)) {
      case 0 -> known.any(random);
      case 1 -> folder + "/" + random.nextInt(5);
      case 2 -> folder + "/a:/b:" + one(STRINGS);
      default -> one(STRINGS);
    };
  }

  /** Of something that is there, as a rule. */
  String name() {
    return chance(0.7) ? known.any(random) : text();
  }

  /** A parameter of a query. */
  String parameter(String name, String type) {
    if (name.equals("t")) {
      return chance(0.8) ? "0" : one(List.of("-1", "x", "1", "")); // nobody waits for longer
    }
    return switch (type) {
      case "boolean" -> one(List.of("true", "false", "0", "1", "yes", "", "2"));
      case "integer" -> one(NUMBERS).asText();
      default -> text();
    };
  }

  /** Of the schema's type as a rule, else of any. */
  JsonNode value(JsonNode schema, int depth) {
    if (chance(0.12)) {
      return any(depth);
    }
    return switch (schema.path("type").asText()) {
      case "object" -> object(schema, one(SHARES), depth);
      case "map" -> {
        ObjectNode map = NODES.objectNode();
        for (int i = random.nextInt(3); i > 0; i--) {
          map.set(text(), value(schema.path("items"), depth + 1));
        }
        yield map;
      }
      case "array" -> {
        ArrayNode array = NODES.arrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(value(schema.path("items"), depth + 1));
        }
        yield array;
      }
      case "integer", "number" -> one(NUMBERS);
      case "boolean" -> NODES.booleanNode(random.nextBoolean());
      case "string" -> {
        JsonNode words = schema.path("enum");
        yield words.isArray() && !words.isEmpty() && chance(0.7)
            ? words.get(random.nextInt(words.size()))
            : NODES.textNode(text());
      }
      default -> any(depth);
    };
  }

  /** An object with a share of its fields. */
  ObjectNode object(JsonNode schema, double share, int depth) {
    ObjectNode object = NODES.objectNode();
    schema
        .path("fields")
        .properties()
        .forEach(field -> {
          if (chance(share)) {
            object.set(field.getKey(), value(field.getValue(), depth + 1));
          }
        });
    if (chance(0.05)) {
      object.set(text(), any(depth + 1));
    }
    return object;
  }

  private JsonNode any(int depth) {
    return switch (random.nextInt(depth > 6 ? 4 : 6)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> one(NUMBERS);
      case 3 -> NODES.textNode(text());
      case 4 -> NODES.arrayNode().add(any(depth + 1));
      default -> NODES.objectNode().set(text(), any(depth + 1));
    };
  }

  /** The document as bytes, one time in ten no document any more. */
  byte[] bytes(JsonNode document) {
    String text;
    try {
      text = MAPPER.writeValueAsString(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] whole = text.getBytes(StandardCharsets.UTF_8);
    if (!chance(0.1)) {
      return whole;
    }
    return switch (random.nextInt(7)) {
      case 0 -> java.util.Arrays.copyOf(whole, random.nextInt(whole.length));
      case 1 -> (text + text).getBytes(StandardCharsets.UTF_8);
      case 2 -> ("\uFEFF" + text).getBytes(StandardCharsets.UTF_8);
      case 3 -> "[".repeat(50_000).getBytes(StandardCharsets.UTF_8);
      case 4 -> "{\"a\":".repeat(50_000).getBytes(StandardCharsets.UTF_8);
      case 5 -> new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe, '"', ':', '1', '}'};
      default -> {
        byte[] noise = new byte[1 + random.nextInt(2000)];
        random.nextBytes(noise);
        yield noise;
      }
    };
  }
}
