package dev.priok.engine.system;

import dev.priok.model.api.system.AuthConfig;
import dev.priok.model.api.system.AuthResponse;
import dev.priok.model.api.system.DiskUsage;
import dev.priok.model.api.system.SystemInfo;
import dev.priok.model.api.system.SystemVersion;
import java.util.Set;

/** The daemon about itself. */
public interface SystemInformation {
  SystemInfo info();

  SystemVersion version();

  /** {@code types} empty means all: container, image, volume, build-cache. */
  DiskUsage diskUsage(Set<String> types);

  AuthResponse authenticate(AuthConfig credentials);
}
