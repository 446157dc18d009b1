package dev.priok.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When sizes are counted again, and who waits for that. */
final class SizeKeeperTest {
  private final SizeKeeper keeper = new SizeKeeper();

  @AfterEach
  void close() {
    keeper.close();
  }

  /** A tree whose counting can be watched and held up. */
  private static final class Tree implements Sized {
    final String key;
    final AtomicInteger counted = new AtomicInteger();
    final CountDownLatch go = new CountDownLatch(1);
    volatile long bytes;
    volatile Object stamp = 0;
    volatile boolean unchanged = true;
    volatile boolean hangs;
    volatile boolean gone;
    volatile long takesMillis;

    Tree(String key, long bytes) {
      this.key = key;
      this.bytes = bytes;
    }

    @Override
    public String key() {
      return key;
    }

    @Override
    public Object stamp() {
      return stamp;
    }

    @Override
    public boolean inUse() {
      return false;
    }

    @Override
    public Size measure() throws IOException {
      counted.incrementAndGet();
      if (gone) {
        throw new NoSuchFileException(key);
      }
      try {
        if (hangs && !go.await(30, TimeUnit.SECONDS)) {
          throw new IOException("it hung for too long");
        }
        Thread.sleep(takesMillis);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      return new Size(bytes, () -> unchanged);
    }
  }

  private long size(Tree tree) {
    return keeper.sizes(List.of(tree)).getOrDefault(tree.key, -1L);
  }

  @Test
  void whatNobodyCanHaveChangedIsCountedOnce() {
    Tree tree = new Tree("a", 5);
    assertThat(size(tree)).isEqualTo(5);
    assertThat(size(tree)).isEqualTo(5);
    assertThat(tree.counted).hasValue(1);
  }

  @Test
  void aNewStampOrASignOfChangeCountsAgain() {
    Tree tree = new Tree("a", 5);
    assertThat(size(tree)).isEqualTo(5);
    tree.bytes = 6;
    tree.stamp = 1;
    assertThat(size(tree)).isEqualTo(6);
    tree.bytes = 7;
    tree.unchanged = false;
    assertThat(size(tree)).isEqualTo(7);
    assertThat(tree.counted).hasValue(3);
  }

  @Test
  void oneThatIsRemovedMeanwhileIsNotWaitedFor() {
    Tree removed = new Tree("removed", 1);
    removed.gone = true;
    long began = System.nanoTime();
    assertThat(size(removed)).isEqualTo(-1);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    assertThat(removed.counted).hasValue(1);
    // Failing once is no reason to believe it for ever: a disk can come back.
    removed.gone = false;
    assertThat(size(removed)).isEqualTo(1);
  }

  @Test
  void oneThatHangsDoesNotKeepOthersFromBeingTold() {
    Tree hung = new Tree("hung", 1);
    hung.hangs = true;
    Thread first = Thread.ofVirtual().start(() -> size(hung));
    Tree fine = new Tree("fine", 2);
    long began = System.nanoTime();
    assertThat(size(fine)).isEqualTo(2);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    hung.go.countDown();
    assertThat(first.isAlive() || hung.counted.get() > 0).isTrue();
    assertThat(size(hung)).isEqualTo(1);
  }

  @Test
  void aSlowTreeIsToldAsItWasAndCountedBehind() throws InterruptedException {
    Tree tree = new Tree("a", 5);
    tree.takesMillis = 700;
    assertThat(size(tree)).isEqualTo(5);
    tree.bytes = 6;
    tree.stamp = 1;
    long began = System.nanoTime();
    assertThat(size(tree)).isEqualTo(5);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(600));
    for (int i = 0; i < 100 && tree.counted.get() < 2; i++) {
      Thread.sleep(50);
    }
    Thread.sleep(900);
    assertThat(size(tree)).isEqualTo(6);
  }

  @Test
  void whatIsWrittenWhileItIsCountedIsCountedAgain() throws InterruptedException {
    Tree tree = new Tree("a", 5);
    tree.hangs = true;
    Thread first = Thread.ofVirtual().start(() -> size(tree));
    while (tree.counted.get() == 0) {
      Thread.sleep(5);
    }
    // The count under way began before this, and may have missed it.
    tree.stamp = 1;
    Thread second =
        Thread.ofVirtual()
            .start(() -> {
              size(tree);
            });
    Thread.sleep(100);
    tree.go.countDown();
    first.join();
    second.join();
    assertThat(tree.counted).hasValue(2);
  }

  @Test
  void anExactSizeIsCountedUnlessItIsKnown() throws IOException {
    Tree tree = new Tree("a", 5);
    assertThat(keeper.exact(tree)).isEqualTo(5);
    assertThat(keeper.exact(tree)).isEqualTo(5);
    tree.bytes = 9;
    tree.stamp = 1;
    assertThat(keeper.exact(tree)).isEqualTo(9);
    assertThat(tree.counted).hasValue(2);
  }
}
