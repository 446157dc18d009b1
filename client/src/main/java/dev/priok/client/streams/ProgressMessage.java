package dev.priok.client.streams;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** One message of a pull, push, load, import or build. */
public record ProgressMessage(
    @JsonProperty("status") @Nullable String status,
    @JsonProperty("progressDetail") @Nullable Detail progressDetail,
    @JsonProperty("id") @Nullable String id,
    @JsonProperty("stream") @Nullable String stream,
    @JsonProperty("errorDetail") @Nullable Failure errorDetail,
    @JsonProperty("error") @Nullable String error,
    @JsonProperty("aux") @Nullable JsonNode aux) {

  /** How far a step is; null where it has no measure. */
  public record Detail(
      @JsonProperty("current") @Nullable Long current,
      @JsonProperty("total") @Nullable Long total,
      @JsonProperty("units") @Nullable String units,
      @JsonProperty("hidecounts") @Nullable Boolean hideCounts) {}

  /** Why the operation failed. */
  public record Failure(
      @JsonProperty("code") @Nullable Integer code,
      @JsonProperty("message") @Nullable String message) {}

  /** The engine's sentence when this message ends the operation with a failure, else null. */
  public @Nullable String failure() {
    if (errorDetail != null && errorDetail.message() != null) {
      return errorDetail.message();
    }
    return error;
  }
}
