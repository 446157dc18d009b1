package dev.priok.engine.containers.spec;

import dev.priok.model.error.EngineException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parsed {@code SecurityOpt} list.
 *
 * @param seccomp null where unsaid
 * @param apparmor null where unsaid
 * @param writableCgroups null where unsaid
 */
record SecurityOptions(
    boolean noNewPrivileges,
    @Nullable String seccomp,
    @Nullable String apparmor,
    @Nullable Boolean writableCgroups,
    boolean systemPathsUnconfined) {

  /** The name is Docker's: users write it, and load profiles of that name. */
  static final String DEFAULT_APPARMOR_PROFILE = "docker-default";

  /** Options that may stand without a value. */
  private static final Set<String> FLAGS = Set.of("no-new-privileges", "writable-cgroups");

  /** Where the options do not say otherwise, {@code noNewPrivileges} is what the daemon says. */
  static SecurityOptions parse(@Nullable List<String> options, boolean noNewPrivilegesByDefault) {
    boolean noNewPrivileges = noNewPrivilegesByDefault;
    String seccomp = null;
    String apparmor = null;
    Boolean writableCgroups = null;
    boolean unconfined = false;
    for (String option : options == null ? List.<String>of() : options) {
      if (option.equals("disable")) {
        continue; // label=disable of old
      }
      int cut = option.indexOf('=') >= 0 ? option.indexOf('=') : option.indexOf(':');
      String key = cut < 0 ? option : option.substring(0, cut);
      String value = cut < 0 ? null : option.substring(cut + 1);
      if (value == null && !FLAGS.contains(key)) {
        throw refused("invalid --security-opt 1: \"%s\"".formatted(option));
      }
      switch (key) {
        case "no-new-privileges" -> noNewPrivileges = value == null || flag(option, value);
        case "writable-cgroups" -> writableCgroups = value == null || flag(option, value);
        case "seccomp" -> seccomp = value;
        case "apparmor" -> apparmor = value;
        case "systempaths" -> unconfined = unconfined(option, value);
        // Without SELinux, and where the daemon does not use it, labels mean nothing, in Docker
        // too.
        case "label" -> {}
        default -> throw refused("invalid --security-opt 2: \"%s\"".formatted(option));
      }
    }
    return new SecurityOptions(noNewPrivileges, seccomp, apparmor, writableCgroups, unconfined);
  }

  /** The profile where the host has AppArmor; what the user asks for wins over privileges. */
  String apparmorProfile(boolean privileged) {
    if (apparmor != null && !apparmor.isEmpty()) {
      return apparmor;
    }
    return privileged ? "unconfined" : DEFAULT_APPARMOR_PROFILE;
  }

  /** The docker command turns this option into empty lists of paths; other clients send it. */
  private static boolean unconfined(String option, @Nullable String value) {
    if (!"unconfined".equals(value)) {
      throw refused("invalid --security-opt 2: \"%s\"".formatted(option));
    }
    return true;
  }

  /** Docker takes these mistakes of a client for its own, with status 500. */
  private static EngineException refused(String sentence) {
    return EngineException.internal(sentence, null);
  }

  /** Go's strconv.ParseBool. */
  private static boolean flag(String option, String value) {
    return switch (value) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> throw refused("invalid --security-opt 2: \"%s\"".formatted(option));
    };
  }
}
