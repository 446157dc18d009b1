package dev.priok.engine.images;

import com.github.luben.zstd.ZstdOutputStream;
import dev.priok.model.id.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Passes a layer's tar on while computing its digest and, where wanted, keeping a copy. */
final class TarTap extends FilterInputStream {
  private final MessageDigest hash = Digest.sha256();
  private final @Nullable OutputStream copy;
  private long count;
  private boolean blank = true;

  TarTap(InputStream in, @Nullable OutputStream copy) {
    super(in);
    this.copy = copy;
  }

  /** Packs with zstd at its quickest level: ours to keep, not to be sent to old clients. */
  static OutputStream packing(OutputStream out) throws IOException {
    return new ZstdOutputStream(out, 1);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n = super.read(buffer, offset, length);
    if (n > 0) {
      hash.update(buffer, offset, n);
      count += n;
      for (int i = offset; blank && i < offset + n; i++) {
        blank = buffer[i] == 0;
      }
      if (copy != null) {
        copy.write(buffer, offset, n);
      }
    }
    return n;
  }

  @Override
  public long skip(long n) throws IOException {
    // What is skipped belongs to the digest too.
    return readNBytes((int) Math.min(n, 1 << 16)).length;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /** Reads what a tar reader left behind the end marker: it is part of the digest. */
  void drain() throws IOException {
    byte[] buffer = new byte[1 << 16];
    int n = read(buffer, 0, buffer.length);
    while (n >= 0) {
      n = read(buffer, 0, buffer.length);
    }
  }

  Digest digest() {
    return Digest.from(hash);
  }

  long count() {
    return count;
  }

  /** True for a tar of nothing but end marks. */
  boolean isBlank() {
    return blank;
  }
}
