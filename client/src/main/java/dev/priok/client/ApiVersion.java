package dev.priok.client;

/** A version of the Engine API, such as 1.51. */
public record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
  /** The newest version this client speaks. */
  public static final ApiVersion NEWEST = new ApiVersion(1, 51);

  /** The oldest version this client speaks. */
  public static final ApiVersion OLDEST = new ApiVersion(1, 24);

  /** Reads {@code 1.51} or {@code v1.51}. */
  public static ApiVersion parse(String text) {
    String plain = text.startsWith("v") ? text.substring(1) : text;
    int dot = plain.indexOf('.');
    try {
      if (dot > 0) {
        return new ApiVersion(
            Integer.parseInt(plain.substring(0, dot)), Integer.parseInt(plain.substring(dot + 1)));
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("invalid API version \"" + text + "\"", e);
    }
    throw new IllegalArgumentException("invalid API version \"" + text + "\"");
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
