package dev.priok.model.image;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.priok.model.error.EngineException;
import dev.priok.model.id.Digest;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of an image: a repository on a registry, with a tag, a digest, both or neither.
 *
 * <p>Users write the familiar form ({@code busybox}); the full form ({@code
 * docker.io/library/busybox:latest}) is what is stored. The grammar is that of the OCI distribution
 * specification's {@code <name>}, {@code <reference>}.
 *
 * @param domain registry host, with a port where one was given
 * @param path repository inside the registry, {@code library/busybox}
 */
public record ImageReference(
    String domain, String path, @Nullable String tag, @Nullable Digest digest) {
  public static final String DEFAULT_DOMAIN = "docker.io";
  public static final String DEFAULT_TAG = "latest";

  private static final int LONGEST_NAME = 255;
  private static final String DOMAIN_PART = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
  private static final Pattern DOMAIN =
      Pattern.compile(
          "(?:" + DOMAIN_PART + "(?:\\." + DOMAIN_PART + ")*|\\[[a-fA-F0-9:]+])(?::[0-9]+)?");
  private static final String PATH_PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
  private static final Pattern PATH = Pattern.compile(PATH_PART + "(?:/" + PATH_PART + ")*");
  private static final Pattern TAG = Pattern.compile("\\w[\\w.-]{0,127}");
  private static final Pattern HEX_ID = Pattern.compile("[a-f0-9]{64}");
  private static final Pattern PARTS =
      Pattern.compile("(?<path>[^:@]+)(?::(?<tag>[^@]*))?(?:@(?<digest>.*))?", Pattern.DOTALL);

  /** Reads what a user wrote; refuses it with Docker's sentence where it is not a reference. */
  public static ImageReference parse(String text) {
    if (HEX_ID.matcher(text).matches()) {
      throw EngineException.invalid(
          "invalid repository name (%s), cannot specify 64-byte hexadecimal strings", text);
    }
    String domain = DEFAULT_DOMAIN;
    String rest = text;
    int slash = text.indexOf('/');
    if (slash >= 0) {
      String first = text.substring(0, slash);
      if (isDomain(first)) {
        domain = first.equals("index.docker.io") ? DEFAULT_DOMAIN : first;
        rest = text.substring(slash + 1);
      }
    }
    if (domain.equals(DEFAULT_DOMAIN) && !rest.contains("/")) {
      rest = "library/" + rest;
    }
    Matcher parts = PARTS.matcher(rest);
    if (!parts.matches()) {
      throw badFormat();
    }
    String path = parts.group("path");
    if (!path.toLowerCase(Locale.ROOT).equals(path)) {
      throw EngineException.invalid(
          "invalid reference format: repository name (%s) must be lowercase", path);
    }
    String tag = parts.group("tag");
    String digest = parts.group("digest");
    if (!DOMAIN.matcher(domain).matches()
        || !PATH.matcher(path).matches()
        || (tag != null && !TAG.matcher(tag).matches())) {
      throw badFormat();
    }
    if (digest != null && !Digest.isDigest(digest)) {
      throw badFormat();
    }
    if (path.length() > LONGEST_NAME) {
      throw EngineException.invalid("repository name must not be more than 255 characters");
    }
    return new ImageReference(domain, path, tag, digest == null ? null : new Digest(digest));
  }

  private static EngineException badFormat() {
    return EngineException.invalid("invalid reference format");
  }

  /**
   * Docker's rule for telling {@code host/name} from {@code user/name}: a host has a dot or a port,
   * is {@code localhost}, or has capital letters, which no repository may have.
   */
  private static boolean isDomain(String first) {
    return first.contains(".")
        || first.contains(":")
        || first.equals("localhost")
        || !first.toLowerCase(Locale.ROOT).equals(first);
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static ImageReference fromJson(String text) {
    return parse(text);
  }

  /** Registry and repository without tag and digest. */
  public String name() {
    return domain + "/" + path;
  }

  /** Registry and repository as users write them. */
  public String familiarName() {
    if (!domain.equals(DEFAULT_DOMAIN)) {
      return name();
    }
    String library = "library/";
    return path.startsWith(library) && path.indexOf('/', library.length()) < 0
        ? path.substring(library.length())
        : path;
  }

  /** The whole reference as users write it. */
  public String familiar() {
    return familiarName() + suffix();
  }

  /** The whole reference, everything spelt out. */
  @JsonValue
  public String full() {
    return name() + suffix();
  }

  private String suffix() {
    return (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
  }

  public boolean isBare() {
    return tag == null && digest == null;
  }

  /** With the tag {@code latest} where there is neither tag nor digest. */
  public ImageReference withDefaultTag() {
    return isBare() ? withTag(DEFAULT_TAG) : this;
  }

  /** The repository with this tag and no digest. */
  public ImageReference withTag(String newTag) {
    if (!TAG.matcher(newTag).matches()) {
      throw EngineException.invalid("invalid tag format");
    }
    return new ImageReference(domain, path, newTag, null);
  }

  /** The repository with this digest and no tag. */
  public ImageReference withDigest(Digest newDigest) {
    return new ImageReference(domain, path, null, newDigest);
  }

  /** The repository alone. */
  public ImageReference bare() {
    return new ImageReference(domain, path, null, null);
  }

  /** What a registry is asked for: the digest where there is one, else the tag. */
  public String target() {
    if (digest != null) {
      return digest.value();
    }
    return tag == null ? DEFAULT_TAG : tag;
  }

  @Override
  public String toString() {
    return full();
  }
}
