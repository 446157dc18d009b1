package dev.priok.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The full id of an exec: 64 hex digits. */
public record ExecId(@JsonValue String value) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public ExecId {
    HexIds.checked(value, "exec id");
  }

  public static ExecId random() {
    return new ExecId(HexIds.random());
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
