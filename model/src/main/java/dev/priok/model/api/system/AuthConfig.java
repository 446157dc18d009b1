package dev.priok.model.api.system;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** {@code AuthConfig} of the Engine API; an absent field is null. */
@RecordBuilder
public record AuthConfig(
    @JsonProperty("username") @Nullable String username,
    @JsonProperty("password") @Nullable String password,
    @JsonProperty("email") @Nullable String email,
    @JsonProperty("serveraddress") @Nullable String serveraddress,
    @JsonProperty("identitytoken") @Nullable String identitytoken,
    @JsonProperty("registrytoken") @Nullable String registrytoken) {

  /** A user name and a password, no tokens (which the specification describes only in prose). */
  public AuthConfig(
      @Nullable String username,
      @Nullable String password,
      @Nullable String email,
      @Nullable String serveraddress) {
    this(username, password, email, serveraddress, null, null);
  }
}
