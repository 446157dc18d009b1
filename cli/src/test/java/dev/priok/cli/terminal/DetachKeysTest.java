package dev.priok.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.cli.CliException;
import org.junit.jupiter.api.Test;

final class DetachKeysTest {
  @Test
  void theSequenceMayComeInPieces() {
    DetachKeys keys = DetachKeys.parse(null);
    assertThat(keys.filter(new byte[] {'a', 16}, 2)).containsExactly('a');
    assertThat(keys.filter(new byte[] {17}, 1)).isNull();
  }

  @Test
  void heldBackKeysArePassedOnWhenTheSequenceBreaks() {
    DetachKeys keys = DetachKeys.parse("ctrl-p,ctrl-q");
    assertThat(keys.filter(new byte[] {16}, 1)).isEmpty();
    assertThat(keys.filter(new byte[] {'x'}, 1)).containsExactly(16, 'x');
    assertThat(keys.filter(new byte[] {16, 16, 17}, 3)).isNull();
  }

  @Test
  void otherKeys() {
    assertThat(DetachKeys.parse("q").filter(new byte[] {'a', 'q'}, 2)).isNull();
    assertThatThrownBy(() -> DetachKeys.parse("ctrl-!!")).isInstanceOf(CliException.class);
  }
}
