package dev.priok.engine.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.model.api.image.ImageConfig;
import dev.priok.model.api.image.ImageConfigBuilder;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigChangesTest {
  private static final ImageConfig BASE =
      ImageConfigBuilder.builder()
          .env(List.of("PATH=/bin", "HOME=/root"))
          .cmd(List.of("old"))
          .workingDir("/srv")
          .build();

  private static ImageConfig apply(String... changes) {
    return ConfigChanges.apply(BASE, List.of(changes));
  }

  @Test
  void commands() {
    assertThat(apply("CMD [\"a\",\"b\"]").cmd()).containsExactly("a", "b");
    assertThat(apply("cmd echo hi").cmd()).containsExactly("/bin/sh", "-c", "echo hi");
    assertThat(apply("ENTRYPOINT [\"/init\"]").cmd()).isNull();
    assertThat(apply("CMD x", "ENTRYPOINT [\"/init\"]").cmd()).hasSize(3);
  }

  @Test
  void variables() {
    assertThat(apply("ENV A=\"1 2\" B='$HOME' C=$HOME/x PATH=${NO:-/sbin}:$PATH").env())
        .containsExactly("PATH=/sbin:/bin", "HOME=/root", "A=1 2", "B=$HOME", "C=/root/x");
    assertThat(apply("ENV OLD form of it").env()).contains("OLD=form of it");
    assertThat(apply("LABEL a.b=c \"d e\"=f\\ g").labels())
        .containsEntry("a.b", "c")
        .containsEntry("d e", "f g");
  }

  @Test
  void places() {
    assertThat(apply("WORKDIR sub/../x").workingDir()).isEqualTo("/srv/x");
    assertThat(apply("WORKDIR /a", "WORKDIR b").workingDir()).isEqualTo("/a/b");
    assertThat(apply("VOLUME /a /b").volumes()).containsOnlyKeys("/a", "/b");
    assertThat(apply("VOLUME [\"/c d\"]").volumes()).containsOnlyKeys("/c d");
    assertThat(apply("EXPOSE 80 53/udp 90-91").exposedPorts())
        .containsOnlyKeys("80/tcp", "53/udp", "90/tcp", "91/tcp");
    assertThat(apply("USER me:them", "STOPSIGNAL SIGINT", "ONBUILD RUN x").onBuild())
        .containsExactly("RUN x");
  }

  @Test
  void health() {
    var check =
        Objects.requireNonNull(
            apply("HEALTHCHECK --interval=5s --retries=3 CMD curl -f x").healthcheck());
    assertThat(check.test()).containsExactly("CMD-SHELL", "curl -f x");
    assertThat(check.interval()).isEqualTo(5_000_000_000L);
    assertThat(check.retries()).isEqualTo(3);
    assertThat(Objects.requireNonNull(apply("HEALTHCHECK NONE").healthcheck()).test())
        .containsExactly("NONE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          RUN x          | RUN is not a valid change command
          FROM y         | FROM is not a valid change command
          ENV            | ENV requires at least one argument
          ENV a          | ENV must have two arguments
          ENV a=1 b      | Syntax error - can't find = in "b". Must be of the form: name=value
          EXPOSE many    | Invalid containerPort: many
          EXPOSE 70000   | Invalid containerPort: 70000
          ONBUILD FROM x | FROM isn't allowed as an ONBUILD trigger
          """)
  void refusals(String change, String sentence) {
    assertThatThrownBy(() -> apply(change)).hasMessage(sentence);
  }
}
