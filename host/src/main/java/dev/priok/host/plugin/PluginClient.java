package dev.priok.host.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.priok.host.plugin.PluginException.Reason;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls methods of one plugin: {@code POST /VolumeDriver.Mount} with a JSON document, answered by
 * one. Where nothing answers, it is tried again after 1, 2, 4 and 8 seconds, as Docker does: a
 * plugin may be starting together with the daemon.
 */
public final class PluginClient {
  private static final Logger LOG = LoggerFactory.getLogger(PluginClient.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final String plugin;
  private final PluginAddress address;
  private final Duration patience;

  /**
   * A client.
   *
   * @param patience how long to go on trying where nothing answers; zero for one try
   */
  public PluginClient(String plugin, PluginAddress address, Duration patience) {
    this.plugin = plugin;
    this.address = address;
    this.patience = patience;
  }

  /**
   * Makes one call.
   *
   * @param limit for one try
   * @throws PluginException with the plugin's own sentence where it refuses
   */
  public JsonNode call(String method, @Nullable Object request, Duration limit)
      throws PluginException {
    long start = System.nanoTime();
    Duration pause = Duration.ofSeconds(1);
    while (true) {
      try {
        byte[] body = request == null ? new byte[0] : JSON.writeValueAsBytes(request);
        return answer(method, PluginHttp.post(address, method, body, limit));
      } catch (PluginException refusal) {
        throw refusal;
      } catch (IOException e) {
        Duration spent = Duration.ofNanos(System.nanoTime() - start);
        if (spent.plus(pause).compareTo(patience) >= 0) {
          throw new PluginException(
              Reason.UNREACHABLE, "Post \"http://" + plugin + "/" + method + "\": " + reason(e), e);
        }
        LOG.warn("plugin {} does not answer {}: {}; trying again", plugin, method, reason(e));
        try {
          Thread.sleep(pause);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw new PluginException(Reason.UNREACHABLE, method + ": interrupted", interrupted);
        }
        pause = pause.multipliedBy(2);
      }
    }
  }

  private String reason(IOException e) {
    String message = e.getMessage();
    return "dial " + address.text() + ": " + (message == null ? e.toString() : message);
  }

  private static JsonNode answer(String method, PluginHttp.Answer answer) throws PluginException {
    JsonNode document = parse(answer.body());
    String refusal = document.path("Err").asText("");
    if (answer.status() != 200) {
      throw new PluginException(
          Reason.REFUSED, method + ": " + (refusal.isEmpty() ? answer.body().strip() : refusal));
    }
    if (!refusal.isEmpty()) {
      throw new PluginException(Reason.REFUSED, refusal);
    }
    return document;
  }

  private static JsonNode parse(String body) {
    try {
      JsonNode document = JSON.readTree(body);
      return document == null ? MissingNode.getInstance() : document;
    } catch (IOException noJson) {
      return MissingNode.getInstance();
    }
  }
}
