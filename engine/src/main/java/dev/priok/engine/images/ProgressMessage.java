package dev.priok.engine.images;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * One line of the progress that pull, push, load, import and build send; the docker command draws
 * bars from it. Absent members are left out.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProgressMessage(
    @JsonProperty("status") @Nullable String status,
    @JsonProperty("progressDetail") @Nullable Detail progressDetail,
    @JsonProperty("progress") @Nullable String progress,
    @JsonProperty("id") @Nullable String id,
    @JsonProperty("stream") @Nullable String stream,
    @JsonProperty("errorDetail") @Nullable ErrorDetail errorDetail,
    @JsonProperty("error") @Nullable String error,
    @JsonProperty("aux") @Nullable Object aux) {

  /** Bytes done of a total; both null for a step without a measure. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Detail(
      @JsonProperty("current") @Nullable Long current,
      @JsonProperty("total") @Nullable Long total) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ErrorDetail(
      @JsonProperty("code") @Nullable Integer code, @JsonProperty("message") String message) {}

  public static ProgressMessage status(@Nullable String id, String status) {
    return new ProgressMessage(status, new Detail(null, null), null, id, null, null, null, null);
  }

  public static ProgressMessage progress(String id, String status, long current, long total) {
    return new ProgressMessage(
        status, new Detail(current, total), null, id, null, null, null, null);
  }

  public static ProgressMessage stream(String text) {
    return new ProgressMessage(null, null, null, null, text, null, null, null);
  }

  public static ProgressMessage error(String message) {
    return new ProgressMessage(
        null, null, null, null, null, new ErrorDetail(null, message), message, null);
  }

  public static ProgressMessage aux(Object aux) {
    return new ProgressMessage(null, null, null, null, null, null, null, aux);
  }
}
