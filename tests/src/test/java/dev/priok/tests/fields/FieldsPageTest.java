package dev.priok.tests.fields;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import dev.priok.model.api.Json;
import dev.priok.model.api.container.ContainerCreateRequest;
import dev.priok.model.api.container.ContainerUpdateRequest;
import dev.priok.tests.support.DaemonUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every field of the create and update requests has a fate and a test; docs/fields.md shows it. */
final class FieldsPageTest {
  private static final Path PAGE = DaemonUnderTest.root().resolve("docs/fields.md");

  @Test
  void everyFieldHasARow() throws IOException {
    FieldProofs proofs = FieldProofs.read();
    assertThat(proofs.withoutProof()).as("fields without a line in proofs.txt").isEmpty();
    assertThat(proofs.proofs().keySet())
        .as("lines of proofs.txt that no request has")
        .isSubsetOf(proofs.fields());
    for (String waiting : proofs.waiting()) {
      assertThat(proofs.fields().stream().filter(f -> f.startsWith(waiting)))
          .as("%s waits and has its rows", waiting)
          .isNotEmpty()
          .noneMatch(proofs.proofs()::containsKey);
    }
  }

  @Test
  void everyProofIsATest() throws IOException {
    Map<String, Path> sources = testSources();
    FieldProofs.read()
        .proofs()
        .forEach((field, proof) -> proof.tests().forEach(test -> exists(field, test, sources)));
  }

  @Test
  void thePageIsWrittenFromTheRows() throws IOException {
    String page = FieldProofs.read().page();
    if (Boolean.getBoolean("priok.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).as("write it with -Dpriok.write=true").exists();
    assertThat(Files.readString(PAGE)).as("write it with -Dpriok.write=true").isEqualTo(page);
  }

  /** What the wire records do not have, no service could honour or refuse. */
  @Test
  void everyFieldIsRead() throws IOException {
    var mapper = Json.mapper();
    Map<String, JavaType> requests =
        Map.of(
            "create", mapper.constructType(ContainerCreateRequest.class),
            "update", mapper.constructType(ContainerUpdateRequest.class));
    for (String field : FieldProofs.read().fields()) {
      String[] parts = field.split(" ", 2);
      if (parts[1].startsWith("?")) {
        continue;
      }
      JavaType type = requests.get(parts[0]);
      for (String step : parts[1].split("\\.", -1)) {
        String name = step.replaceAll("[\\[{].*", "");
        JavaType holder = type;
        BeanPropertyDefinition property =
            mapper.getSerializationConfig().introspect(holder).findProperties().stream()
                .filter(p -> p.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(field + ": no " + name + " in " + holder));
        type = property.getPrimaryType();
        for (int i = name.length(); i < step.length(); i += 2) {
          type = type.getContentType();
        }
      }
    }
  }

  private static void exists(String field, String test, Map<String, Path> sources) {
    String[] parts = test.split("#", -1);
    assertThat(sources).as("%s: no class %s", field, parts[0]).containsKey(parts[0]);
    Path source = requireNonNull(sources.get(parts[0]));
    assertThat(parts).as("%s: %s is no class#method", field, test).hasSize(2);
    try {
      String text = Files.readString(source);
      if (source.toString().endsWith(".sh")) {
        assertThat(text).as("%s", field).contains("check \"" + parts[1].replace('_', ' ') + "\"");
        return;
      }
      int method = text.indexOf(" void " + parts[1] + "(");
      assertThat(method).as("%s: no method %s", field, test).isPositive();
      String before = text.substring(text.lastIndexOf(" void ", method - 1) + 1, method);
      assertThat(before)
          .as("%s: %s is no test", field, test)
          .containsPattern("@(Parameterized)?Test");
    } catch (IOException e) {
      throw new AssertionError(field + ": " + test, e);
    }
  }

  private static Map<String, Path> testSources() throws IOException {
    Map<String, Path> sources = new HashMap<>();
    try (Stream<Path> files = Files.walk(DaemonUnderTest.root())) {
      List<Path> found =
          files
              .filter(
                  f -> f.toString().matches(".*/src/test/java/.*Test\\.java|.*/tests/vm/.*\\.sh"))
              .toList();
      for (Path file : found) {
        sources.put(file.getFileName().toString().replaceFirst("\\.java$", ""), file);
      }
    }
    return sources;
  }
}
