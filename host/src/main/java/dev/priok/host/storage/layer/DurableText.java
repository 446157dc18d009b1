package dev.priok.host.storage.layer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Small files that must not be found empty after the power failed. */
public final class DurableText {
  private DurableText() {}

  /**
   * Writes a new file.
   *
   * @param durable on the disk when the call returns; a container's own layer does without, because
   *     it is made in the way of every start and an empty file is noticed and refused
   */
  public static void write(Path file, String text, boolean durable) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      if (durable) {
        channel.force(true);
      }
    }
  }
}
