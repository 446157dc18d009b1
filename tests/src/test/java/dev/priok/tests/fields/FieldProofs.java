package dev.priok.tests.fields;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code requests.txt} (every field there is) and {@code proofs.txt} (what becomes of it) say.
 *
 * <p>A line of {@code proofs.txt}: {@code create HostConfig.Memory: done LimitsTest#memory}, with
 * {@code refused} for what Priok does not do, several tests separated by blanks, and a remark after
 * {@code --}. {@code create HostConfig.Mounts: waiting} says that the fields that begin so are
 * being worked on elsewhere; such a line goes when theirs come.
 */
record FieldProofs(List<String> fields, Map<String, Proof> proofs, List<String> waiting) {
  private static final String WAITING = ": waiting";

  private static final Pattern LINE =
      Pattern.compile(
          "((?:create|update) \\S+): (done|refused) (\\S+#\\S+(?: \\S+#\\S+)*)(?: -- (.+))?");

  /** How a field is dealt with, and what shows it. */
  record Proof(String verdict, List<String> tests, String remark) {}

  static FieldProofs read() throws IOException {
    Map<String, Proof> proofs = new LinkedHashMap<>();
    List<String> waiting = new ArrayList<>();
    for (String line : lines("proofs.txt")) {
      if (line.endsWith(WAITING)) {
        waiting.add(line.substring(0, line.length() - WAITING.length()));
        continue;
      }
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        throw new AssertionError("proofs.txt: not understood: " + line);
      }
      String remark = matcher.group(4) == null ? "" : matcher.group(4);
      Proof proof = new Proof(matcher.group(2), List.of(matcher.group(3).split(" ", -1)), remark);
      if (proofs.put(matcher.group(1), proof) != null) {
        throw new AssertionError("proofs.txt: twice: " + matcher.group(1));
      }
    }
    return new FieldProofs(lines("requests.txt"), proofs, waiting);
  }

  private static List<String> lines(String resource) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(FieldProofs.class.getResourceAsStream(resource), resource)) {
      List<String> lines = new ArrayList<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          lines.add(line.strip());
        }
      }
      return lines;
    }
  }

  /** Whether a field is an object or a list of objects, so that its fields have the rows. */
  boolean hasFields(String field) {
    return fields.stream()
        .anyMatch(
            f -> f.length() > field.length() && f.matches(Pattern.quote(field) + "[\\[{.].*"));
  }

  /** The fields whose fate nobody has written down. */
  List<String> withoutProof() {
    return fields.stream()
        .filter(f -> !proofs.containsKey(f) && !hasFields(f))
        .filter(f -> waiting.stream().noneMatch(f::startsWith))
        .toList();
  }

  /** The page {@code docs/fields.md}. */
  String page() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Every field of the requests that make and change a container

        Each field of `POST /containers/create` and `POST /containers/{id}/update` of the Engine API 1.51 is either done or
        refused with a clear sentence; none is read and dropped. The test named beside a field proves it.

        A test keeps this page true (`FieldsPageTest`): it fails for a field without a row and for a test that does not
        exist. The rows come from `tests/src/test/resources/dev/priok/tests/fields/proofs.txt`; to write the page anew:

            ./mvnw -q -pl tests -am test -Dtest=FieldsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dpriok.write=true
        """);
    String request = "";
    for (String field : fields) {
      String[] parts = field.split(" ", 2);
      if (!parts[0].equals(request)) {
        request = parts[0];
        page.append("\n## ")
            .append(request)
            .append("\n| field | | proved by | remark |\n|---|---|---|---|\n");
      }
      Proof proof = proofs.get(field);
      page.append("| `").append(parts[1]).append("` | ");
      if (proof == null) {
        page.append(hasFields(field) ? "see its fields | | |\n" : "being worked on | | |\n");
      } else {
        page.append(proof.verdict()).append(" | ");
        page.append(String.join(", ", proof.tests().stream().map(t -> "`" + t + "`").toList()));
        page.append(" | ").append(proof.remark()).append(" |\n");
      }
    }
    return page.toString();
  }
}
