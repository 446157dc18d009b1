package dev.priok.host.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one thread writes another reads: whole, or not at all. */
@Timeout(20)
final class SidePipeTest {

  @Test
  void everyByteInOrder() throws IOException {
    Random random = new Random(7);
    byte[] content = new byte[3_000_001];
    random.nextBytes(content);
    try (InputStream pipe =
        SidePipe.from(out -> {
          int at = 0;
          while (at < content.length) {
            int count = Math.min(content.length - at, random.nextInt(200_000));
            out.write(content, at, count);
            at += count;
          }
        })) {
      assertThat(pipe.read()).isEqualTo(content[0] & 0xff);
      byte[] rest = pipe.readAllBytes();
      assertThat(rest).hasSize(content.length - 1);
      assertThat(rest[rest.length - 1]).isEqualTo(content[content.length - 1]);
      assertThat(java.util.Arrays.equals(content, 1, content.length, rest, 0, rest.length))
          .isTrue();
      assertThat(pipe.read()).isEqualTo(-1);
    }
  }

  @Test
  void aFailureIsNoEnd() throws IOException {
    try (InputStream pipe =
        SidePipe.from(out -> {
          out.write(new byte[100_000]);
          throw new IOException("the disk is full");
        })) {
      assertThatThrownBy(pipe::readAllBytes).hasMessage("the disk is full");
    }
  }

  @Test
  void aReaderThatLeavesEndsTheWriter() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    AtomicReference<Throwable> seen = new AtomicReference<>();
    try (InputStream pipe =
        SidePipe.from(out -> {
          try {
            while (true) {
              out.write(new byte[50_000]);
            }
          } catch (IOException e) {
            seen.set(e);
            throw e;
          } finally {
            ended.countDown();
          }
        })) {
      assertThat(pipe.read()).isZero();
    }
    assertThat(ended.await(0, TimeUnit.SECONDS)).as("close waits for the writer").isTrue();
    assertThat(seen.get()).hasMessage("nobody reads any more");
  }
}
