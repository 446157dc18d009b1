package dev.priok.host.runtime;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.priok.model.api.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seccomp filters that crun has compiled before.
 *
 * <p>Compiling Docker's profile is close to half of crun's work, and its result depends on nothing
 * but the profile and the program. crun leaves it in the container's state directory ({@code
 * seccomp.bpf}) and takes it back through the annotation {@code run.oci.seccomp_bpf_data}
 * (crun(1)). The profile itself stays in the configuration: a crun that knows the annotation no
 * more compiles it as ever, so no container is without its filter.
 *
 * <p>Kept in memory: the first start of a profile after a start of the daemon compiles it. A new
 * crun is noticed; a new libseccomp counts from the next start of the daemon.
 */
final class CompiledFilters {
  static final String ANNOTATION = "run.oci.seccomp_bpf_data";

  private static final Logger LOG = LoggerFactory.getLogger(CompiledFilters.class);
  private static final int KEPT = 32;
  private static final int INSTRUCTION = 8; // struct sock_filter
  private static final int MOST_INSTRUCTIONS = 4096; // BPF_MAXINSNS

  private final Map<Profile, String> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Profile, String> eldest) {
          return size() > KEPT;
        }
      };

  /** The configuration to write, with the compiled filter where it is known. */
  Prepared prepare(OciRuntime runtime, byte[] config) throws IOException {
    Places places = runtime.isCrun() ? Places.find(config) : null;
    if (places == null) {
      return new Prepared(config, null);
    }
    Profile profile =
        new Profile(
            runtime.path(),
            Files.getLastModifiedTime(runtime.path()).toMillis(),
            ByteBuffer.wrap(config, places.profile, places.profileEnd - places.profile)
                .asReadOnlyBuffer());
    String filter;
    synchronized (known) {
      filter = known.get(profile);
    }
    return filter == null
        ? new Prepared(config, profile)
        : new Prepared(places.insert(config, filter), null);
  }

  /** After a create: remembers what the runtime compiled. */
  void learn(Prepared prepared, Path stateDirectory) {
    if (prepared.unknown == null) {
      return;
    }
    try {
      byte[] filter = Files.readAllBytes(stateDirectory.resolve("seccomp.bpf"));
      if (filter.length % INSTRUCTION == 0
          && filter.length > 0
          && filter.length <= MOST_INSTRUCTIONS * INSTRUCTION) {
        synchronized (known) {
          known.put(prepared.unknown, Base64.getEncoder().encodeToString(filter));
        }
      }
    } catch (NoSuchFileException e) {
      LOG.debug("the runtime left no compiled filter in {}", stateDirectory);
    } catch (IOException e) {
      LOG.warn("cannot read the compiled filter in {}", stateDirectory, e);
    }
  }

  /**
   * A configuration ready to be written.
   *
   * @param unknown the profile that the runtime is about to compile; null where it need not
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Prepared(byte[] config, @Nullable Profile unknown) {}

  /** What decides how a filter comes out. */
  record Profile(Path program, long programTime, ByteBuffer text) {}

  /** Where in a configuration's bytes things are. */
  private record Places(int annotations, boolean empty, int profile, int profileEnd) {
    /** Null where there is no profile, or an annotation of the user's decides. */
    static @Nullable Places find(byte[] config) throws IOException {
      int annotations = -1;
      boolean empty = true;
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
              if (json.currentName().equals(ANNOTATION)) {
                return null;
              }
              json.nextToken();
            }
          } else if (name.equals("linux")) {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
              boolean found = json.currentName().equals("seccomp");
              json.nextToken();
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
      return annotations < 0 || profile < 0
          ? null
          : new Places(annotations, empty, profile, profileEnd);
    }

    byte[] insert(byte[] config, String filter) {
      byte[] entry =
          ("\"" + ANNOTATION + "\":\"" + filter + "\"" + (empty ? "" : ","))
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
