package dev.priok.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every option of dockerd 26 and 28 has a row, and docs/options.md shows the table. */
final class OptionsPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("priok.root", "..")).resolve("docs/options.md");

  private static List<String> dockers() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(OptionsPageTest.class.getResourceAsStream("dockerd-options.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  @Test
  void everyOptionOfDockersHasARow() throws IOException {
    Set<String> known = new HashSet<>();
    for (Setting setting : Setting.values()) {
      known.addAll(setting.row().names());
    }
    assertThat(dockers()).hasSizeGreaterThan(80).isSubsetOf(known);
  }

  @Test
  void everyRowIsWhole() {
    Set<String> names = new HashSet<>();
    for (Setting setting : Setting.values()) {
      Row row = setting.row();
      row.names().forEach(n -> assertThat(names.add(n)).as("%s twice", n).isTrue());
      if (row.fate() == Row.Fate.DONE) {
        assertThat(row.help()).as("%s", setting).isNotEmpty();
      } else {
        assertThat(row.remark()).as("the reason of %s", setting).isNotEmpty();
      }
      if (row.kind() == Row.Kind.FLAG && row.fate() != Row.Fate.MEANINGLESS) {
        assertThat(row.initial()).as("%s", setting).isIn("true", "false");
      }
    }
  }

  @Test
  void thePageIsWrittenFromTheTable() throws IOException {
    String page = page();
    if (Boolean.getBoolean("priok.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).as("write it with -Dpriok.write=true").isEqualTo(page);
  }

  private static String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # Every option of the daemon

            dockerd's options (26 and 28) and Priok's own. The key is that of the configuration file
            ([configuration.md](configuration.md)); *live* options are read again on SIGHUP. An option that is
            refused ends the start with its reason, unless it says what holds anyway (`--ipv6=false`); one
            without meaning is taken, and the log says so.

            A test keeps this page true (`OptionsPageTest`): it fails for an option without a row. To write the
            page anew from the table (`daemon/.../Setting.java`):

                ./mvnw -q -pl daemon -am test -Dtest=OptionsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dpriok.write=true

            | option | key | value | default | live | |
            |---|---|---|---|---|---|
            """);
    Arrays.stream(Setting.values())
        .map(Setting::row)
        .sorted(Comparator.comparing(Row::name))
        .forEach(row -> page.append(line(row)));
    return page.toString();
  }

  private static String line(Row row) {
    String fate =
        switch (row.fate()) {
          case DONE -> row.remark().isEmpty() ? row.help() : row.help() + ". " + row.remark();
          case MEANINGLESS -> "without meaning: " + row.remark();
          case REFUSED -> "refused: " + row.remark();
        };
    return "| %s | %s | %s | %s | %s | %s |\n"
        .formatted(
            String.join(" ", row.names().stream().map(n -> "`" + n + "`").toList()),
            row.key() == null ? "" : "`" + row.key() + "`",
            row.kind().label() + (row.kind().repeats() ? ", repeatable" : ""),
            row.initial().isEmpty() ? "" : "`" + row.initial() + "`",
            row.live() ? "yes" : "",
            fate.replace("(repeatable)", "").strip().replace("|", "\\|"));
  }
}
