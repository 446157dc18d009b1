package dev.priok.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The full id of a network: 64 hex digits. */
public record NetworkId(@JsonValue String value) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public NetworkId {
    HexIds.checked(value, "network id");
  }

  public static NetworkId random() {
    return new NetworkId(HexIds.random());
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
