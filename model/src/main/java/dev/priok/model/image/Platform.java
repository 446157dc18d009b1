package dev.priok.model.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.priok.model.error.EngineException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an image runs on, in Go's names: {@code linux/amd64}, {@code linux/arm/v7}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Platform(
    @JsonProperty("architecture") String architecture,
    @JsonProperty("os") String os,
    @JsonProperty("os.version") @Nullable String osVersion,
    @JsonProperty("variant") @Nullable String variant) {

  /** Absent members of foreign documents become empty: such a platform matches nothing. */
  public Platform(
      @Nullable String architecture,
      @Nullable String os,
      @Nullable String osVersion,
      @Nullable String variant) {
    this.architecture = architecture == null ? "" : architecture;
    this.os = os == null ? "" : os;
    this.osVersion = osVersion;
    this.variant = variant == null || variant.isEmpty() ? null : variant;
  }

  /** The machine this runs on. */
  public static Platform host() {
    return normalised("linux", System.getProperty("os.arch"), null);
  }

  /** Reads {@code os/architecture[/variant]}, or a lone operating system or architecture. */
  public static Platform parse(String text) {
    String[] parts = text.split("/", -1);
    for (String part : parts) {
      if (!part.matches("[A-Za-z0-9_.-]+")) {
        throw EngineException.invalid(
            "\"%s\" is an invalid component of \"%s\": platform specifier component must match"
                + " \"^[A-Za-z0-9_.-]+$\"",
            part, text);
      }
    }
    return switch (parts.length) {
      case 1 -> {
        String word = parts[0].toLowerCase(Locale.ROOT);
        yield word.equals("linux") || word.equals("windows")
            ? normalised(word, host().architecture(), host().variant())
            : normalised("linux", word, null);
      }
      case 2 -> normalised(parts[0], parts[1], null);
      case 3 -> normalised(parts[0], parts[1], parts[2]);
      default ->
          throw EngineException.invalid(
              "\"%s\": cannot parse platform specifier: invalid argument", text);
    };
  }

  private static Platform normalised(String os, String arch, @Nullable String variant) {
    String machine =
        switch (arch.toLowerCase(Locale.ROOT)) {
          case "x86_64", "x86-64" -> "amd64";
          case "aarch64" -> "arm64";
          case "i386", "i486", "i586", "i686", "x86" -> "386";
          case "armhf" -> "arm";
          default -> arch.toLowerCase(Locale.ROOT);
        };
    String kind = variant == null ? null : variant.toLowerCase(Locale.ROOT);
    if (machine.equals("arm64") && ("8".equals(kind) || "v8".equals(kind))) {
      kind = null;
    }
    if (machine.equals("arm") && kind == null) {
      kind = "v7";
    }
    return new Platform(machine, os.toLowerCase(Locale.ROOT), null, kind);
  }

  /** True where an image of platform {@code offered} is what this asks for. */
  public boolean accepts(Platform offered) {
    Platform wanted = normalised(os, architecture, variant);
    Platform other = normalised(offered.os, offered.architecture, offered.variant);
    if (!wanted.os.equals(other.os) || !wanted.architecture.equals(other.architecture)) {
      return false;
    }
    return wanted.variant == null || wanted.variant.equals(other.variant);
  }

  @Override
  public String toString() {
    return os + "/" + architecture + (variant == null ? "" : "/" + variant);
  }
}
