package dev.priok.engine.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DetachKeysTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void findsTheSequenceAcrossReads() {
    DetachKeys keys = DetachKeys.parse(null);
    assertThat(keys.filter(bytes("ab\u0010"), 3)).isEqualTo(bytes("ab"));
    assertThat(keys.filter(bytes("\u0011"), 1)).isNull();
  }

  @Test
  void givesBackWhatOnlyLookedLikeIt() {
    DetachKeys keys = DetachKeys.parse("ctrl-p,ctrl-q");
    assertThat(keys.filter(bytes("\u0010x"), 2)).isEqualTo(bytes("\u0010x"));
    assertThat(keys.filter(bytes("\u0010\u0010"), 2)).isEqualTo(bytes("\u0010"));
    assertThat(keys.filter(bytes("\u0011"), 1)).isNull();
  }

  @Test
  void takesOtherKeysAndRefusesNonsense() {
    assertThat(DetachKeys.parse("a").filter(bytes("xa"), 2)).isNull();
    assertThat(DetachKeys.parse("ctrl-@,ctrl-_").filter(bytes("\u0000\u001f"), 2)).isNull();
    assertThatThrownBy(() -> DetachKeys.parse("ctrl-"))
        .hasMessage("Invalid detach keys (ctrl-) provided");
  }
}
