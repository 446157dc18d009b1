package dev.priok.cli.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.priok.cli.CliException;
import dev.priok.model.api.Json;
import dev.priok.model.api.container.Port;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FormatTest {
  @ParameterizedTest
  @CsvSource({
    "0,0B",
    "999,999B",
    "4261502,4.26MB",
    "1000,1kB",
    "72800000,72.8MB",
    "999600,1e+03kB"
  })
  void imageSizesAreThoseOfDocker(long bytes, String shown) {
    assertThat(HumanSize.ofImage(bytes)).isEqualTo(shown);
  }

  @Test
  void otherSizesHaveFourDigits() {
    assertThat(HumanSize.of(4261502)).isEqualTo("4.262MB");
    assertThat(HumanSize.ofMemory(8_323_432_448L)).isEqualTo("7.752GiB");
  }

  @ParameterizedTest
  @CsvSource({
    "0,Less than a second", "1,1 second", "59,59 seconds", "60,About a minute",
        "119,About a minute",
    "120,2 minutes", "3600,About an hour", "7200,2 hours", "172800,2 days", "1209600,2 weeks",
    "5184000,2 months", "63072000,2 years"
  })
  void agesAreThoseOfDocker(long seconds, String shown) {
    assertThat(HumanDuration.of(Duration.ofSeconds(seconds))).isEqualTo(shown);
  }

  @Test
  void portsAreGrouped() {
    assertThat(
            Ports.text(
                List.of(
                    new Port("0.0.0.0", 81, 8081, "tcp"),
                    new Port("0.0.0.0", 80, 8080, "tcp"),
                    new Port("::", 80, 8080, "tcp"),
                    new Port(null, 9000, null, "udp"))))
        .isEqualTo("0.0.0.0:8080-8081->80-81/tcp, [::]:8080->80/tcp, 9000/udp");
  }

  @Test
  void tablesPadLikeDocker() {
    Listing listing =
        new Listing(Map.of("ID", "CONTAINER ID", "Names", "NAMES"), List.of("ID", "Names"));
    listing.add(Map.of("ID", "abc", "Names", "web"), Map.of("tier", "front"));
    assertThat(printed(listing, null)).isEqualTo("CONTAINER ID   NAMES\nabc            web\n");
    assertThat(printed(listing, "{{.Names}} {{.Label \"tier\"}}")).isEqualTo("web front\n");
    assertThat(printed(listing, "table {{.Names}}\\t{{.ID}}"))
        .isEqualTo("NAMES     CONTAINER ID\nweb       abc\n");
    assertThat(printed(listing, "json")).isEqualTo("{\"ID\":\"abc\",\"Names\":\"web\"}\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{{.Id}}|c1",
        "{{.ID}} {{.State.Running}}|c1 true",
        "{{json .State}}|{\"Running\":true,\"Code\":3}",
        "{{range $k, $v := .Nets}}{{$k}}={{$v.IP}};{{end}}|a=1;b=2;",
        "{{range .Nets}}{{.IP}}{{end}}|12",
        "{{if .State.Health}}x{{else}}none{{end}}|none",
        "{{if eq .State.Code 3}}three{{end}}|three",
        "{{(index .Args 1).X}}{{index .Env 0}}|7A=1",
        "{{len .Env}} {{join .Env \",\"}}|2 A=1,B=2",
        "{{upper .Id}}{{.Env}}|C1[A=1 B=2]",
        "{{with .State}}{{.Code}}{{end}}|3",
        "{{printf \"%s-%d\" .Id .State.Code}}|c1-3",
        "a {{- .Id -}} b|ac1b",
      })
  void templates(String template, String shown) throws JsonProcessingException {
    assertThat(GoTemplate.parse(template).render(node())).isEqualTo(shown);
  }

  @Test
  void whatIsNotSupportedIsRefused() throws JsonProcessingException {
    for (String bad :
        List.of("{{", "{{.A", "{{if .A}}", "{{template \"x\"}}", "{{foo .A}}", "{{end}}")) {
      assertThatThrownBy(() -> GoTemplate.parse(bad)).isInstanceOf(CliException.class);
    }
    JsonNode node = node();
    assertThatThrownBy(() -> GoTemplate.parse("{{.Nope}}").render(node))
        .isInstanceOf(CliException.class);
  }

  @Test
  void jsonIsIndentedAsByDocker() throws JsonProcessingException {
    JsonNode node = Json.mapper().readTree("[{\"a\":[1,\"x\"],\"b\":{},\"c\":[]}]");
    assertThat(JsonText.indented(node))
        .isEqualTo(
            """
            [
                {
                    "a": [
                        1,
                        "x"
                    ],
                    "b": {},
                    "c": []
                }
            ]\
            """);
  }

  private static JsonNode node() throws JsonProcessingException {
    return Json.mapper()
        .readTree(
            """
            {"Id":"c1","State":{"Running":true,"Code":3},"Nets":{"b":{"IP":"2"},"a":{"IP":"1"}},
             "Env":["A=1","B=2"],"Args":[{},{"X":7}]}\
            """);
  }

  private static String printed(Listing listing, @org.jspecify.annotations.Nullable String format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    listing.print(format, new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
