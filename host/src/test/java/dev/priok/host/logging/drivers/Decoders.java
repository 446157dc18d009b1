package dev.priok.host.logging.drivers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.priok.host.logging.drivers.Receivers.Receiver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/** Reads what was received, from the protocols' descriptions. */
final class Decoders {
  private static final Pattern RFC3164 =
      Pattern.compile(
          "<(\\d+)>\\w{3} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d (?:\\S+ )?(\\S+)\\[\\d+]: (.*)");
  private static final Pattern RFC5424 =
      Pattern.compile(
          "<(\\d+)>1 \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{6})?(?:Z|[+-]\\d\\d:\\d\\d)"
              + " \\S+ (\\S+) \\d+ \\2 - (.*)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private Decoders() {}

  static String text(Receiver receiver) {
    return new String(receiver.received(), StandardCharsets.UTF_8);
  }

  /** Messages of RFC 3164, a line each. */
  static List<String> syslog(Receiver receiver) {
    String text = text(receiver);
    List<String> result = new ArrayList<>();
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
      Matcher matcher = RFC3164.matcher(line);
      if (!matcher.matches()) {
        throw new AssertionError("not RFC 3164: " + line);
      }
      result.add(matcher.group(3));
    }
    return result;
  }

  /** Messages of RFC 5424, each with its length before it (RFC 5425). */
  static List<String> syslogCounted(Receiver receiver) {
    List<String> result = new ArrayList<>();
    byte[] all = receiver.received();
    int at = 0;
    while (at < all.length) {
      int space = at;
      while (space < all.length && all[space] != ' ') {
        space++;
      }
      int length = Integer.parseInt(new String(all, at, space - at, StandardCharsets.US_ASCII));
      if (space + 1 + length > all.length) {
        break; // the rest is on its way
      }
      String message = new String(all, space + 1, length, StandardCharsets.UTF_8);
      Matcher matcher = RFC5424.matcher(message.stripTrailing());
      if (!matcher.matches()) {
        throw new AssertionError("not RFC 5424: " + message);
      }
      result.add(matcher.group(3));
      at = space + 1 + length;
    }
    return result;
  }

  /** One entry of the journal's native protocol. */
  static Map<String, String> journal(byte[] packet) {
    Map<String, String> fields = new TreeMap<>();
    int at = 0;
    while (at < packet.length) {
      int end = at;
      while (packet[end] != '=' && packet[end] != '\n') {
        end++;
      }
      String name = new String(packet, at, end - at, StandardCharsets.US_ASCII);
      int from = end + 1;
      int length;
      if (packet[end] == '=') {
        length = 0;
        while (packet[from + length] != '\n') {
          length++;
        }
      } else {
        length = (int) ByteBuffer.wrap(packet, from, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
        from += 8;
      }
      if (packet[from + length] != '\n' || !name.matches("[A-Z0-9][A-Z0-9_]*")) {
        throw new AssertionError("bad field " + name);
      }
      fields.put(name, new String(packet, from, length, StandardCharsets.UTF_8));
      at = from + length + 1;
    }
    return fields;
  }

  /** Texts of GELF messages in packets, unpacked and put together from chunks. */
  static List<String> gelfPackets(Receiver receiver) {
    return gelf(receiver).stream().map(n -> n.get("short_message").asText()).toList();
  }

  static List<JsonNode> gelf(Receiver receiver) {
    List<JsonNode> result = new ArrayList<>();
    Map<Long, byte[][]> open = new LinkedHashMap<>();
    for (byte[] packet : receiver.packets()) {
      if (packet[0] != 0x1e || packet[1] != 0x0f) {
        result.add(json(unpacked(packet)));
        continue;
      }
      if (packet.length > 1420) {
        throw new AssertionError("a chunk of " + packet.length);
      }
      long id = ByteBuffer.wrap(packet, 2, 8).getLong();
      byte[][] chunks = open.computeIfAbsent(id, i -> new byte[packet[11]][]);
      chunks[packet[10]] = packet;
      if (packet[10] == packet[11] - 1) {
        ByteBuffer whole = ByteBuffer.allocate(1420 * chunks.length);
        for (byte[] chunk : chunks) {
          whole.put(chunk, 12, chunk.length - 12);
        }
        result.add(json(unpacked(java.util.Arrays.copyOf(whole.array(), whole.position()))));
      }
    }
    return result;
  }

  private static byte[] unpacked(byte[] data) {
    try {
      if (data[0] == 0x1f) {
        return new GZIPInputStream(new ByteArrayInputStream(data)).readAllBytes();
      }
      if (data[0] == 0x78) {
        return new InflaterInputStream(new ByteArrayInputStream(data)).readAllBytes();
      }
      return data;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(byte[] data) {
    try {
      return JSON.readTree(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Texts of GELF messages in a stream, a zero byte after each. */
  static List<String> gelfStream(Receiver receiver) {
    List<String> result = new ArrayList<>();
    String text = text(receiver);
    int at = 0;
    for (int zero = text.indexOf('\0'); zero >= 0; zero = text.indexOf('\0', at)) {
      byte[] one = text.substring(at, zero).getBytes(StandardCharsets.UTF_8);
      result.add(json(one).get("short_message").asText());
      at = zero + 1;
    }
    return result;
  }

  /** Fluentd messages: [tag, time, record, option]. */
  static List<List<Object>> fluentd(byte[] bytes) {
    List<List<Object>> result = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    while (in.hasRemaining()) {
      in.mark();
      try {
        Object message = MessagePackReader.read(in);
        if (!(message instanceof List<?> list) || list.size() != 4) {
          throw new AssertionError("no message: " + message);
        }
        result.add(new ArrayList<>(list));
      } catch (java.nio.BufferUnderflowException e) {
        break; // the rest is on its way
      }
    }
    return result;
  }

  static List<String> fluentdLogs(Receiver receiver) {
    return fluentd(receiver.received()).stream()
        .map(m -> (String) ((Map<?, ?>) m.get(2)).get("log"))
        .toList();
  }
}
