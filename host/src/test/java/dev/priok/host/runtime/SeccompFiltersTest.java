package dev.priok.host.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.host.runtime.SeccompFilters.Found;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** A profile is compiled once, for crun and for what joins the container. */
final class SeccompFiltersTest {
  private static final String PROFILE =
      """
      {"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],
       "syscalls":[{"names":["mkdir"],"action":"SCMP_ACT_ERRNO","errnoRet":1}]}\
      """;

  private final SeccompFilters filters = new SeccompFilters();
  private final OciRuntime crun = OciRuntime.of("fast", Path.of("/usr/bin/crun"));

  @Test
  void crunAndWhoeverJoinsGetTheSameFilterAndTheProfileStays() throws Exception {
    byte[] config = config("{}", PROFILE);
    byte[] filter = compiled(config).instructions();
    assertThat(filter.length).isPositive().matches(n -> n % 8 == 0);

    byte[] prepared = filters.prepare(crun, config);
    JsonNode read = Json.mapper().readTree(prepared);
    assertThat(annotation(read)).isEqualTo(Base64.getEncoder().encodeToString(filter));
    assertThat(read.at("/linux/seccomp")).isEqualTo(Json.mapper().readTree(PROFILE));
    assertThat(read.at("/linux/sysctl/a").asText()).isEqualTo("b");
    assertThat(compiled(prepared)).isSameAs(compiled(config));

    JsonNode other =
        Json.mapper().readTree(filters.prepare(crun, config("{\"x\":\"y\"}", PROFILE)));
    assertThat(other.at("/annotations/x").asText()).isEqualTo("y");
    assertThat(annotation(other)).isNotEmpty();
  }

  @Test
  void anotherProfileHasAnotherFilter() throws Exception {
    byte[] stricter = config("{}", PROFILE.replace("SCMP_ACT_ERRNO", "SCMP_ACT_KILL_PROCESS"));
    assertThat(compiled(stricter).instructions())
        .isNotEqualTo(compiled(config("{}", PROFILE)).instructions());
  }

  @Test
  void otherRuntimesAndAnAnnotationOfTheUsersAreLeftAlone() throws Exception {
    byte[] config = config("{}", PROFILE);
    OciRuntime runc = OciRuntime.of("runc", Path.of("/usr/sbin/runc"));
    assertThat(filters.prepare(runc, config)).isSameAs(config);
    byte[] own = config("{\"" + SeccompFilters.ANNOTATION + "\":\"AAAA\"}", PROFILE);
    assertThat(filters.prepare(crun, own)).isSameAs(own);
  }

  @Test
  void whatOnlyARuntimeCanDoIsLeftToIt() throws Exception {
    for (String profile :
        new String[] {
          PROFILE.replaceFirst("\\{", "{\"listenerPath\":\"/run/x\","),
          PROFILE.replace("SCMP_ACT_ERRNO", "SCMP_ACT_OF_TOMORROW"),
          PROFILE.replaceFirst("\\{", "{\"flags\":[\"SECCOMP_FILTER_FLAG_OF_TOMORROW\"],"),
        }) {
      byte[] config = config("{}", profile);
      assertThat(filters.prepare(crun, config)).isSameAs(config);
      assertThat(filters.find(config)).isInstanceOf(Found.RuntimeOnly.class);
    }
  }

  @Test
  void noProfileIsNoFilter() throws Exception {
    for (String linux : new String[] {"null", "{}"}) {
      byte[] config =
          ("{\"annotations\":{},\"linux\":" + linux + "}").getBytes(StandardCharsets.UTF_8);
      assertThat(filters.find(config)).isInstanceOf(Found.None.class);
      assertThat(filters.prepare(crun, config)).isSameAs(config);
    }
  }

  private SeccompFilters.Filter compiled(byte[] config) throws IOException {
    return ((Found.Compiled) filters.find(config)).filter();
  }

  private static String annotation(JsonNode config) {
    return config.path("annotations").path(SeccompFilters.ANNOTATION).asText("");
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
