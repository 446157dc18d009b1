package dev.priok.cli.image;

import dev.priok.cli.CliException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A reference to an image as the user wrote it: repository, tag, digest. */
public record ImageName(String repository, @Nullable String tag, @Nullable String digest) {
  private static final Pattern REPOSITORY =
      Pattern.compile("(?:[A-Za-z0-9.\\-\\[\\]:]+/)?[a-z0-9]+(?:[._/\\-]+[a-z0-9]+)*");

  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

  /** Reads {@code name[:tag][@digest]}. */
  public static ImageName parse(String text) {
    int at = text.indexOf('@');
    String digest = at < 0 ? null : text.substring(at + 1);
    String name = at < 0 ? text : text.substring(0, at);
    int colon = name.lastIndexOf(':');
    boolean tagged = colon > name.lastIndexOf('/');
    String tag = tagged ? name.substring(colon + 1) : null;
    String repository = tagged ? name.substring(0, colon) : name;
    if (!REPOSITORY.matcher(repository).matches()
        || (tag != null && !TAG.matcher(tag).matches())
        || (digest != null && digest.indexOf(':') < 1)) {
      throw CliException.failure(
          repository.chars().anyMatch(Character::isUpperCase)
              ? "invalid reference format: repository name (" + repository + ") must be lowercase"
              : "invalid reference format");
    }
    return new ImageName(repository, tag, digest);
  }

  /** What the pull call takes as its tag: the digest when there is one. */
  public String tagOrDigest() {
    if (digest != null) {
      return digest;
    }
    return tag == null ? "latest" : tag;
  }

  /**
   * The name as docker shows it in short form: with a tag or digest, without the default registry.
   */
  public String familiar() {
    return repository + (digest == null ? ":" + tagOrDigest() : "@" + digest);
  }

  /** The full name, with the default registry and its library. */
  public String canonical() {
    int slash = repository.indexOf('/');
    String first = slash < 0 ? "" : repository.substring(0, slash);
    boolean registry = first.contains(".") || first.contains(":") || first.equals("localhost");
    String full =
        registry ? repository : "docker.io/" + (slash < 0 ? "library/" + repository : repository);
    return full + (digest == null ? ":" + tagOrDigest() : "@" + digest);
  }
}
