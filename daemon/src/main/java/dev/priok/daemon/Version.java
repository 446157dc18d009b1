package dev.priok.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Which build this is; the build writes the file. */
final class Version {
  private static final Properties PROPERTIES = load();

  private Version() {}

  private static Properties load() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/dev/priok/daemon/build.properties")) {
      if (in == null) {
        throw new IllegalStateException("build.properties is not in the jar");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new IllegalStateException("build.properties cannot be read", e);
    }
    return properties;
  }

  static String number() {
    return PROPERTIES.getProperty("version");
  }

  static String buildTime() {
    return PROPERTIES.getProperty("time");
  }

  static String text() {
    return "Priok version " + number() + ", build " + buildTime();
  }
}
