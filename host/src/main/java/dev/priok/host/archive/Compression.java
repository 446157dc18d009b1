package dev.priok.host.archive;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** How a stream is compressed, told by its first bytes; names and media types often lie. */
public enum Compression {
  NONE(""),
  GZIP("\u001f\u008b\u0008"),
  BZIP2("BZh"),
  XZ("\u00fd7zXZ\u0000"),
  ZSTD("(\u00b5/\u00fd");

  private static final int MAGIC_LENGTH = 6;
  private static final int BUFFER = 64 * 1024;

  /** Memory that an xz stream may ask for; its header is under the sender's control. */
  private static final int XZ_MEMORY_KIB = 256 * 1024;

  /** A character a byte. */
  private final String magic;

  Compression(String magic) {
    this.magic = magic;
  }

  /** What begins with these bytes. */
  public static Compression of(byte[] start, int length) {
    for (Compression candidate : values()) {
      if (!candidate.magic.isEmpty() && candidate.matches(start, length)) {
        return candidate;
      }
    }
    return NONE;
  }

  private boolean matches(byte[] start, int length) {
    if (length < magic.length()) {
      return false;
    }
    for (int i = 0; i < magic.length(); i++) {
      if ((start[i] & 0xff) != magic.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The stream decompressed, whichever way it is compressed; an uncompressed one as it is. */
  public static InputStream decompress(InputStream in) throws IOException {
    PushbackInputStream whole = new PushbackInputStream(in, MAGIC_LENGTH);
    byte[] start = new byte[MAGIC_LENGTH];
    int length = whole.readNBytes(start, 0, MAGIC_LENGTH);
    whole.unread(start, 0, length);
    return of(start, length).reader(whole);
  }

  /** Reads a stream known to be of this kind. */
  public InputStream reader(InputStream in) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP -> new GZIPInputStream(in, BUFFER);
      case BZIP2 -> new BZip2CompressorInputStream(in, true);
      case XZ -> new XZInputStream(in, XZ_MEMORY_KIB);
      case ZSTD -> new ZstdInputStream(in).setContinuous(false);
    };
  }
}
