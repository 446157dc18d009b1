package dev.priok.engine.volumes;

import java.nio.file.Path;
import java.util.Map;

/**
 * Who keeps the files of volumes: this host's own folders, or a plugin.
 *
 * <h2>Life cycle</h2>
 *
 * <pre>
 *   create(name, options)            then the record is written
 *   Path at = mount(v, user)         before a run; once for each user
 *   unmount(v, user)                 after it
 *   remove(v)
 * </pre>
 *
 * <p>A user is a container's run, or a copy out of a container that does not run. {@code mount} and
 * {@code unmount} may be repeated for the same user: a daemon that was killed in between does that.
 */
interface VolumeDriver {
  /** As users choose it: {@code local}. */
  String name();

  /** {@code local} or {@code global}. */
  String scope();

  /** Makes it; refuses a name or options that it cannot honour before anything is made. */
  void create(String name, Map<String, String> options);

  /** Takes away whatever it kept; a volume that is gone already is fine. */
  void remove(VolumeRecord volume);

  /** Makes it usable for a user; where it is then. */
  Path mount(VolumeRecord volume, String user);

  /** The user is gone; failures are logged: nobody could do anything about them. */
  void unmount(VolumeRecord volume, String user);

  /** Where it is or will be, for those who look; empty where only its plugin would know. */
  String mountpoint(VolumeRecord volume);

  /** What the driver wants to show beside the rest; empty for most. */
  default Map<String, Object> status(VolumeRecord volume) {
    return Map.of();
  }
}
