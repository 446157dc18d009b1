package dev.priok.http.routing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes secrets out of what is to be logged: members that carry credentials in any operation of the
 * API, environment variables named like a secret, passwords in addresses. What cannot be read is
 * not shown.
 */
final class HideSecrets {
  private static final String HIDDEN = "*****";
  private static final int MOST = 16 * 1024;

  /** Docker's list (Data is the content of secrets and configs), and the members of AuthConfig. */
  private static final Set<String> MEMBERS =
      Set.of(
          "auth",
          "data",
          "identitytoken",
          "jointoken",
          "password",
          "registrytoken",
          "secret",
          "signingcakey",
          "unlockkey");

  private static final List<String> WORDS =
      List.of("PASSWORD", "PASSWD", "SECRET", "TOKEN", "CREDENTIAL", "PRIVATE_KEY", "API_KEY");
  private static final Pattern USER_INFO = Pattern.compile("://[^/@\\s]*@");
  private static final Pattern ENCODED_USER_INFO =
      Pattern.compile("(?i)(:|%3A)(/|%2F){2}[^/&@]*?(@|%40)");
  private static final Pattern ASSIGNMENT =
      Pattern.compile(
          "(?i)([A-Z0-9_.-]*(?:PASSWORD|PASSWD|SECRET|TOKEN)[A-Z0-9_.-]*(?:=|%3D|%20|\\+))[^&]*");

  private HideSecrets() {}

  /** A JSON body on one line. */
  static String inJson(byte[] body) {
    if (body.length > MOST) {
      return "(%d bytes)".formatted(body.length);
    }
    try {
      return Json.mapper().writeValueAsString(masked("", Json.mapper().readTree(body)));
    } catch (IOException e) {
      return "(%d bytes that are no JSON)".formatted(body.length);
    }
  }

  /** A path with its query. */
  static String inTarget(String target) {
    int mark = target.indexOf('?');
    if (mark < 0) {
      return target;
    }
    String query = ENCODED_USER_INFO.matcher(target.substring(mark)).replaceAll("://*****@");
    return target.substring(0, mark) + ASSIGNMENT.matcher(query).replaceAll("$1" + HIDDEN);
  }

  private static JsonNode masked(String name, JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        for (var member : object.properties()) {
          String key = member.getKey().toLowerCase(Locale.ROOT);
          member.setValue(
              MEMBERS.contains(key) || isSecret(member.getKey())
                  ? TextNode.valueOf(HIDDEN)
                  : masked(member.getKey(), member.getValue()));
        }
        yield object;
      }
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          array.set(i, masked(name, array.get(i)));
        }
        yield array;
      }
      case TextNode text -> TextNode.valueOf(inText(text.asText()));
      default -> node;
    };
  }

  /** {@code MYSQL_ROOT_PASSWORD=x}, and addresses. */
  private static String inText(String text) {
    int equals = text.indexOf('=');
    return equals > 0 && isSecret(text.substring(0, equals))
        ? text.substring(0, equals + 1) + HIDDEN
        : USER_INFO.matcher(text).replaceAll("://" + HIDDEN + "@");
  }

  private static boolean isSecret(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return WORDS.stream().anyMatch(upper::contains);
  }
}
