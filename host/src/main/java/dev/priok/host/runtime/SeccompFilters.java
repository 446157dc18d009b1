package dev.priok.host.runtime;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.priok.kernel.seccomp.CompileFilter;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiled filters of the profiles in bundles' configurations ({@code linux.seccomp}).
 *
 * <p>Compiling Docker's takes some milliseconds, and close to half of crun's work; its result
 * depends on nothing but the profile. So each is compiled once, by libseccomp, which both crun and
 * runc compile with: for the processes that join a container, and for crun, which takes it through
 * the annotation {@code run.oci.seccomp_bpf_data} (crun(1)). The profile itself stays in the
 * configuration: a crun that knows the annotation no more compiles it as ever, so no container is
 * without its filter.
 *
 * <p>Kept in memory; a new libseccomp counts from the next start of the daemon.
 */
final class SeccompFilters {
  static final String ANNOTATION = "run.oci.seccomp_bpf_data";

  private static final Logger LOG = LoggerFactory.getLogger(SeccompFilters.class);

  /** Filters are a few kilobytes, and most containers share the default one. */
  private static final int KEPT = 64;

  private final Map<ByteBuffer, Optional<Filter>> compiled =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Optional<Filter>> eldest) {
          return size() > KEPT;
        }
      };

  /**
   * A filter.
   *
   * @param instructions eight bytes each
   * @param flags of seccomp(2)
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Filter(byte[] instructions, int flags) {}

  /** What a configuration says of filters. */
  sealed interface Found {
    /** There is no profile. */
    record None() implements Found {}

    /** There is one, and this is its filter. */
    record Compiled(Filter filter) implements Found {}

    /** There is one that only an OCI runtime can install. */
    record RuntimeOnly() implements Found {}
  }

  /** Looks at a configuration as it stands in a bundle. */
  Found find(byte[] config) throws IOException {
    Places places = Places.find(config);
    if (places.profile < 0) {
      return new Found.None();
    }
    return compile(config, places)
        .<Found>map(Found.Compiled::new)
        .orElseGet(Found.RuntimeOnly::new);
  }

  /** The configuration to write for this runtime: with the filter, where that saves work. */
  byte[] prepare(OciRuntime runtime, byte[] config) throws IOException {
    if (!runtime.isCrun()) {
      return config;
    }
    Places places = Places.find(config);
    if (places.annotations < 0 || places.profile < 0 || places.decided) {
      return config;
    }
    Optional<Filter> filter = compile(config, places);
    return filter.isEmpty() ? config : places.insert(config, filter.get());
  }

  /** Empty where it asks for something that only an OCI runtime does here. */
  private Optional<Filter> compile(byte[] config, Places places) throws IOException {
    byte[] profile = Arrays.copyOfRange(config, places.profile, places.profileEnd);
    ByteBuffer key = ByteBuffer.wrap(profile);
    synchronized (compiled) {
      Optional<Filter> known = compiled.get(key);
      if (known != null) {
        return known;
      }
    }
    Optional<Filter> filter = Optional.empty();
    if (CompileFilter.isSupported()) {
      try {
        filter = SeccompRules.compile(Json.mapper().readTree(profile));
      } catch (IOException e) {
        LOG.warn("a seccomp profile is left to the OCI runtime: {}", e.getMessage());
      }
    }
    synchronized (compiled) {
      compiled.put(key, filter);
    }
    return filter;
  }

  /**
   * Where in a configuration's bytes things are; -1 where they are not.
   *
   * @param empty whether there are no annotations yet
   * @param decided whether the user has given a filter
   */
  private record Places(
      int annotations, boolean empty, boolean decided, int profile, int profileEnd) {

    static Places find(byte[] config) throws IOException {
      int annotations = -1;
      boolean empty = true;
      boolean decided = false;
      int profile = -1;
      int profileEnd = -1;
      try (JsonParser json = Json.mapper().createParser(config)) {
        json.nextToken();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          json.nextToken();
          if (name.equals("annotations")) {
            annotations = Math.toIntExact(json.currentTokenLocation().getByteOffset());
            while (json.nextToken() == JsonToken.FIELD_NAME) {
              empty = false;
              decided |= json.currentName().equals(ANNOTATION);
              json.nextToken();
            }
          } else if (name.equals("linux")) {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
              boolean found = json.currentName().equals("seccomp");
              found &= json.nextToken() == JsonToken.START_OBJECT;
              int begin = Math.toIntExact(json.currentTokenLocation().getByteOffset());
              json.skipChildren();
              if (found) {
                profile = begin;
                profileEnd = Math.toIntExact(json.currentLocation().getByteOffset());
              }
            }
          } else {
            json.skipChildren();
          }
        }
      }
      return new Places(annotations, empty, decided, profile, profileEnd);
    }

    byte[] insert(byte[] config, Filter filter) {
      String text = Base64.getEncoder().encodeToString(filter.instructions());
      byte[] entry =
          ("\"" + ANNOTATION + "\":\"" + text + "\"" + (empty ? "" : ","))
              .getBytes(StandardCharsets.US_ASCII);
      int at = annotations + 1;
      byte[] all = new byte[config.length + entry.length];
      System.arraycopy(config, 0, all, 0, at);
      System.arraycopy(entry, 0, all, at, entry.length);
      System.arraycopy(config, at, all, at + entry.length, config.length - at);
      return all;
    }
  }
}
