package dev.priok.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.tests.support.DaemonUnderTest;
import dev.priok.tests.support.RawHttp;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Create requests that make no sense, each with the status and the sentence that Docker 26 answers
 * ({@code refusals.txt}; tests/compare asks a real one), and nothing left behind.
 */
@BlackBox
final class FieldRefusalsTest {
  private record Refusal(int status, String sentence, String body) {
    static Refusal of(String line) {
      String[] parts = line.split("\t", -1);
      return new Refusal(Integer.parseInt(parts[0]), parts[1].replace("\\n", "\n"), parts[2]);
    }
  }

  private static List<Refusal> refusals() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(FieldRefusalsTest.class.getResourceAsStream("refusals.txt"))) {
      List<Refusal> all = new ArrayList<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
        if (!line.isEmpty() && !line.startsWith("#")) {
          all.add(Refusal.of(line));
        }
      }
      return all;
    }
  }

  /** The list of refusals is text: it has a space for a NUL, and none at the end of a line. */
  private static String printable(String sentence) {
    return sentence.replace("\\u0000", " ").replace('\0', ' ').strip();
  }

  @Test
  void statusAndSentenceAreDockers(DaemonUnderTest d) throws IOException {
    List<String> different = new ArrayList<>();
    for (Refusal refusal : refusals()) {
      RawHttp.Answer answer = d.http().post("/v1.45/containers/create", refusal.body());
      String sentence = Requests.message(answer);
      // Of what is no JSON the parser says more, in words of its own.
      boolean same =
          refusal.sentence().equals("invalid JSON:")
              ? sentence.startsWith(refusal.sentence())
              : printable(sentence).equals(printable(refusal.sentence()));
      if (answer.status() != refusal.status() || !same) {
        different.add(
            "%s%n  wanted %d %s%n  found  %d %s"
                .formatted(
                    refusal.body(),
                    refusal.status(),
                    refusal.sentence(),
                    answer.status(),
                    sentence));
      }
    }
    assertThat(different).isEmpty();
    assertThat(d.docker("ps", "-aq").ok().lines()).isEmpty();
  }
}
