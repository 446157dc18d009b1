package dev.priok.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A content digest, {@code sha256:<64 hex digits>}.
 *
 * <p>Only SHA-256 is taken: it is the one algorithm that the OCI image specification requires of
 * every implementation ("Digests", image-spec descriptor.md), and no registry in use sends another.
 */
public record Digest(@JsonValue String value) {
  private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Digest {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("not a sha256 digest: " + value);
    }
  }

  public static boolean isDigest(String text) {
    return FORM.matcher(text).matches();
  }

  /** The digest of some bytes. */
  public static Digest of(byte[] content) {
    return ofHash(sha256().digest(content));
  }

  /** The digest that a finished computation from {@link #sha256()} stands for. */
  public static Digest from(MessageDigest finished) {
    return ofHash(finished.digest());
  }

  private static Digest ofHash(byte[] hash) {
    return new Digest("sha256:" + HexFormat.of().formatHex(hash));
  }

  /** A fresh SHA-256 computation. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      // Every Java platform must have it (MessageDigest's class documentation).
      throw new AssertionError(e);
    }
  }

  /** The 64 hex digits without the algorithm. */
  public String hex() {
    return value.substring("sha256:".length());
  }

  @Override
  public String toString() {
    return value;
  }
}
