package dev.priok.http.routing;

import dev.priok.model.error.EngineException;

/** A version of the Engine API. */
public record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
  public static final ApiVersion OLDEST = new ApiVersion(1, 24);
  public static final ApiVersion NEWEST = new ApiVersion(1, 51);

  /** Reads {@code 1.43}; the caller has made sure that there are only digits and dots. */
  static ApiVersion parse(String text) {
    String[] parts = text.split("\\.", -1);
    try {
      if (parts.length >= 1 && parts.length <= 3) {
        return new ApiVersion(
            Integer.parseInt(parts[0]), parts.length > 1 ? Integer.parseInt(parts[1]) : 0);
      }
    } catch (NumberFormatException e) {
      throw new EngineException(
          dev.priok.model.error.ErrorKind.INVALID, "invalid API version: " + text, e);
    }
    throw EngineException.invalid("invalid API version: %s", text);
  }

  /** Refuses versions outside the window with Docker's sentences, which clients look for. */
  ApiVersion inWindow(String asSent) {
    if (compareTo(OLDEST) < 0) {
      throw EngineException.invalid(
          "client version %s is too old. Minimum supported API version is %s, please upgrade your"
              + " client to a newer version",
          asSent, OLDEST);
    }
    if (compareTo(NEWEST) > 0) {
      throw EngineException.invalid(
          "client version %s is too new. Maximum supported API version is %s", asSent, NEWEST);
    }
    return this;
  }

  /** True for version {@code 1.<other>} and later ones. */
  public boolean atLeast(int other) {
    return major > 1 || minor >= other;
  }

  public boolean before(int other) {
    return !atLeast(other);
  }

  @Override
  public int compareTo(ApiVersion other) {
    return major != other.major
        ? Integer.compare(major, other.major)
        : Integer.compare(minor, other.minor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
