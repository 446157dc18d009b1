package dev.priok.cli;

import org.jspecify.annotations.Nullable;

/** The version of this command, from the manifest of its jar. */
public final class Version {
  private Version() {}

  /** The version, or what a build outside a jar is called. */
  public static String text() {
    return or(Version.class.getPackage().getImplementationVersion(), "0.1.0-dev");
  }

  /** The commit it was built from, where the build recorded it. */
  public static String build() {
    return or(Version.class.getPackage().getSpecificationVersion(), "unknown");
  }

  private static String or(@Nullable String value, String otherwise) {
    return value == null ? otherwise : value;
  }
}
