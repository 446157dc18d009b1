package dev.priok.host.archive;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;

/** How a tar is packed, told by its first bytes, never by its name. */
public enum Compression {
  NONE,
  GZIP,
  ZSTD,
  BZIP2,
  XZ;

  private static final int BUFFER = 1 << 16;
  private static final int LONGEST_MAGIC = 6;

  /** Looks at the first bytes and puts them back; the stream must support marks. */
  public static Compression detect(InputStream in) throws IOException {
    if (!in.markSupported()) {
      throw new IllegalArgumentException("a stream without marks cannot be looked into");
    }
    in.mark(LONGEST_MAGIC);
    byte[] head = in.readNBytes(LONGEST_MAGIC);
    in.reset();
    if (startsWith(head, 0x1f, 0x8b)) {
      return GZIP;
    }
    if (startsWith(head, 0x28, 0xb5, 0x2f, 0xfd)) {
      return ZSTD;
    }
    if (startsWith(head, 'B', 'Z', 'h')) {
      return BZIP2;
    }
    return startsWith(head, 0xfd, '7', 'z', 'X', 'Z', 0) ? XZ : NONE;
  }

  private static boolean startsWith(byte[] head, int... magic) {
    if (head.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((head[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /** The plain bytes of a stream, however it is packed; a broken packing fails while reading. */
  public static InputStream unpack(InputStream in) throws IOException {
    InputStream buffered = in.markSupported() ? in : new BufferedInputStream(in, BUFFER);
    return switch (detect(buffered)) {
      case NONE -> buffered;
      case GZIP -> new GZIPInputStream(buffered, BUFFER);
      case ZSTD -> new ZstdInputStream(buffered);
      case BZIP2 -> new BZip2CompressorInputStream(buffered, true);
      case XZ ->
          throw new IOException(
              "xz compression is not supported; unpack the archive first (xz -dc)");
    };
  }

  /** Packs with zstd at its quickest level: ours to keep, not to be sent to old clients. */
  public static OutputStream zstd(OutputStream out) throws IOException {
    return new ZstdOutputStream(out, 1);
  }
}
