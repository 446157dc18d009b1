package dev.priok.cli.container;

import dev.priok.cli.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Values of {@code --security-opt}; a seccomp profile is a file here and its text on the wire. */
record SecurityOptions(List<String> options, boolean systemPathsUnconfined) {

  static SecurityOptions parse(List<String> texts) {
    List<String> options = new ArrayList<>();
    boolean unconfined = false;
    for (String text : texts) {
      if (text.equals("systempaths=unconfined")) {
        unconfined = true;
        continue;
      }
      int equals = text.indexOf('=');
      int separator = equals < 0 ? text.indexOf(':') : equals;
      if (separator < 0 && !text.equals("no-new-privileges")) {
        throw new CliException(125, "invalid --security-opt: \"" + text + "\"");
      }
      String value = separator < 0 ? "" : text.substring(separator + 1);
      boolean file =
          text.startsWith("seccomp") && !value.equals("unconfined") && !value.equals("builtin");
      options.add(file && separator > 0 ? "seccomp=" + read(value) : text);
    }
    return new SecurityOptions(options, unconfined);
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new CliException(
          125, "opening seccomp profile (" + file + ") failed: " + e.getMessage());
    }
  }
}
