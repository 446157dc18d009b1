package dev.priok.host.storage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;
import java.util.regex.Pattern;

/** The name of a layer inside a driver; a folder of this name holds it. */
public record LayerId(@JsonValue String value) {
  private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,127}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public LayerId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("not a layer id: " + value);
    }
  }

  public static LayerId random() {
    return new LayerId((UUID.randomUUID().toString() + UUID.randomUUID()).replace("-", ""));
  }

  @Override
  public String toString() {
    return value;
  }
}
