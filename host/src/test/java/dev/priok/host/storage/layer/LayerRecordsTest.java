package dev.priok.host.storage.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.priok.host.storage.LayerId;
import dev.priok.host.storage.layer.LayerRecords.Passing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever step a crash hits, a new daemon finds a whole layer or a record of what to remove. */
final class LayerRecordsTest {
  private static final LayerId LAYER = new LayerId("some-layer");

  @TempDir Path root;
  private LayerRecords<Content> records;

  record Content(int number, @Nullable String parent) {}

  @BeforeEach
  void open() throws IOException {
    records = new LayerRecords<>(root, "layers", Content.class);
  }

  @Test
  void aLayerAppearsWhenEverythingIsMade() throws IOException {
    Passing<Content> record = records.begin(LAYER, new Content(7, null), true);
    assertThat(records.exists(LAYER)).isFalse();
    open();
    assertThat(records.remains())
        .extracting(Passing::content)
        .containsExactly(new Content(7, null));
    records.appear(record, true);
    open();
    assertThat(records.read(LAYER)).isEqualTo(new Content(7, null));
    assertThat(records.all()).containsExactly(LAYER);
    assertThat(records.remains()).isEmpty();
  }

  @Test
  void aLayerDisappearsBeforeAnythingIsRemoved() throws IOException {
    records.appear(records.begin(LAYER, new Content(7, "below"), true), true);
    Passing<Content> record = records.withdraw(LAYER);
    assertThat(records.exists(LAYER)).isFalse();
    open();
    assertThat(records.remains()).hasSize(1);
    records.putBack(record);
    assertThat(records.read(LAYER).parent()).isEqualTo("below");
    records.forget(records.withdraw(LAYER));
    assertThat(records.remains()).isEmpty();
    assertThat(records.all()).isEmpty();
  }

  @Test
  void aRecordThatACrashLeftIsNotWrittenOver() throws IOException {
    Passing<Content> left = records.begin(LAYER, new Content(7, null), true);
    open();
    Passing<Content> next = records.begin(LAYER, new Content(8, null), true);
    assertThat(next.file()).isNotEqualTo(left.file());
    assertThat(records.remains())
        .extracting(Passing::content)
        .containsExactlyInAnyOrder(new Content(7, null), new Content(8, null));
  }

  @Test
  void damageIsToldAndCanBeRemoved() throws IOException {
    Files.writeString(root.resolve("layers/some-layer"), "{\"Number\":");
    assertThatThrownBy(() -> records.read(LAYER))
        .hasMessage("layer some-layer is damaged: its record cannot be read");
    Passing<Content> record = records.withdraw(LAYER);
    assertThat(record.content()).isNull();
    records.forget(record);
    assertThatThrownBy(() -> records.read(LAYER)).hasMessage("layer some-layer does not exist");
    assertThatThrownBy(() -> records.withdraw(LAYER)).isInstanceOf(IOException.class);
  }

  @Test
  void whatIsNoRecordGoes() throws IOException {
    Files.createDirectories(root.resolve(".tmp/half-made/with/files"));
    Files.writeString(root.resolve(".tmp/cut@1"), "{\"Num");
    Files.writeString(root.resolve(".tmp/NO ID@1"), "{}");
    assertThat(records.remains()).isEmpty();
    assertThat(root.resolve(".tmp")).isEmptyDirectory();
  }
}
