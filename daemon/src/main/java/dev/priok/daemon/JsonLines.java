package dev.priok.daemon;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.priok.model.api.Json;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** One JSON object a line, with the names of dockerd's: level, msg, time, and error. */
final class JsonLines extends EncoderBase<ILoggingEvent> {
  private static final byte[] NONE = new byte[0];

  @Override
  public byte[] headerBytes() {
    return NONE;
  }

  @Override
  public byte[] footerBytes() {
    return NONE;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    ObjectNode line = Json.mapper().createObjectNode();
    line.put("level", level(event));
    String logger = event.getLoggerName();
    line.put("module", logger.substring(logger.lastIndexOf('.') + 1));
    line.put("msg", event.getFormattedMessage());
    line.put(
        "time",
        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
            event.getInstant().atZone(ZoneId.systemDefault())));
    IThrowableProxy failure = event.getThrowableProxy();
    if (failure != null) {
      line.put("error", ThrowableProxyUtil.asString(failure));
    }
    try {
      return (Json.mapper().writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a log line is no JSON", e);
    }
  }

  /** logrus says warning for what logback calls WARN. */
  private static String level(ILoggingEvent event) {
    String name = event.getLevel().toString().toLowerCase(Locale.ROOT);
    return name.equals("warn") ? "warning" : name;
  }
}
