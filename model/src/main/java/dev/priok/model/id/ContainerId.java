package dev.priok.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The full id of a container: 64 hex digits. */
public record ContainerId(@JsonValue String value) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public ContainerId {
    HexIds.checked(value, "container id");
  }

  public static ContainerId random() {
    return new ContainerId(HexIds.random());
  }

  /** The first twelve digits, as commands print them. */
  public String shortForm() {
    return value.substring(0, 12);
  }

  @Override
  public String toString() {
    return value;
  }
}
