package dev.priok.host.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompiledFiltersTest {
  private static final String PROFILE = "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{}]}";

  @TempDir Path temp;
  private final CompiledFilters filters = new CompiledFilters();
  private OciRuntime crun;
  private Path state;

  @BeforeEach
  void programAndState() throws IOException {
    crun = OciRuntime.of("fast", Files.createFile(temp.resolve("crun")));
    state = Files.createDirectory(temp.resolve("state"));
  }

  @Test
  void theSecondStartOfAProfileBringsTheFilterOfTheFirst() throws Exception {
    byte[] config = config("{}", PROFILE);
    CompiledFilters.Prepared first = filters.prepare(crun, config);
    assertThat(first.config()).isEqualTo(config);
    compiled(16);
    filters.learn(first, state);

    JsonNode second = json(filters.prepare(crun, config));
    assertThat(annotation(second)).isEqualTo(Base64.getEncoder().encodeToString(new byte[16]));
    assertThat(second.at("/linux/seccomp")).isEqualTo(Json.mapper().readTree(PROFILE));
    assertThat(second.at("/linux/sysctl/a").asText()).isEqualTo("b");

    JsonNode other = json(filters.prepare(crun, config("{\"x\":\"y\"}", PROFILE)));
    assertThat(other.at("/annotations/x").asText()).isEqualTo("y");
    assertThat(annotation(other)).isNotEmpty();
  }

  @Test
  void anotherProfileAnotherProgramAndOtherRuntimesCompile() throws Exception {
    byte[] config = config("{}", PROFILE);
    CompiledFilters.Prepared first = filters.prepare(crun, config);
    compiled(16);
    filters.learn(first, state);

    byte[] stricter = config("{}", PROFILE.replace("ALLOW", "KILL"));
    assertThat(filters.prepare(crun, stricter).config()).isEqualTo(stricter);
    OciRuntime runc = OciRuntime.of("runc", Files.createFile(temp.resolve("runc")));
    assertThat(filters.prepare(runc, config).config()).isEqualTo(config);
    Files.setLastModifiedTime(crun.path(), java.nio.file.attribute.FileTime.fromMillis(1_000));
    assertThat(filters.prepare(crun, config).config()).isEqualTo(config);
  }

  @Test
  void anAnnotationOfTheUsersDecides() throws Exception {
    CompiledFilters.Prepared first = filters.prepare(crun, config("{}", PROFILE));
    compiled(16);
    filters.learn(first, state);
    byte[] own = config("{\"" + CompiledFilters.ANNOTATION + "\":\"AAAA\"}", PROFILE);
    assertThat(filters.prepare(crun, own).config()).isEqualTo(own);
  }

  @Test
  void whatIsNoFilterIsNotLearned() throws Exception {
    byte[] config = config("{}", PROFILE);
    for (int size : new int[] {0, 7, 8 * 4097}) {
      compiled(size);
      filters.learn(filters.prepare(crun, config), state);
      assertThat(filters.prepare(crun, config).config()).isEqualTo(config);
    }
    Files.delete(state.resolve("seccomp.bpf"));
    filters.learn(filters.prepare(crun, config), state);
    assertThat(filters.prepare(crun, config).config()).isEqualTo(config);
  }

  private void compiled(int size) throws IOException {
    Files.write(state.resolve("seccomp.bpf"), new byte[size]);
  }

  private static JsonNode json(CompiledFilters.Prepared prepared) throws IOException {
    return Json.mapper().readTree(prepared.config());
  }

  private static String annotation(JsonNode config) {
    return config.path("annotations").path(CompiledFilters.ANNOTATION).asText("");
  }

  private static byte[] config(String annotations, String profile) {
    return ("{\"process\":{\"args\":[\"seccomp\"]},\"annotations\":"
            + annotations
            + ",\"linux\":{\"sysctl\":{\"a\":\"b\"},\"seccomp\":"
            + profile
            + ",\"maskedPaths\":[]}}")
        .getBytes(StandardCharsets.UTF_8);
  }
}
