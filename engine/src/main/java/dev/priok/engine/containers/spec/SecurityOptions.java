package dev.priok.engine.containers.spec;

import dev.priok.model.error.EngineException;
import java.util.List;
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

  static SecurityOptions parse(@Nullable List<String> options, HostFacts host) {
    boolean noNewPrivileges = false;
    String seccomp = null;
    String apparmor = null;
    Boolean writableCgroups = null;
    boolean unconfined = false;
    for (String option : options == null ? List.<String>of() : options) {
      if (option.equals("disable")) {
        continue; // label=disable of old: there are no labels here
      }
      int cut = option.indexOf('=') >= 0 ? option.indexOf('=') : option.indexOf(':');
      String key = cut < 0 ? option : option.substring(0, cut);
      String value = cut < 0 ? null : option.substring(cut + 1);
      switch (key) {
        case "no-new-privileges" -> noNewPrivileges = value == null || flag(option, value);
        case "writable-cgroups" -> writableCgroups = value == null || flag(option, value);
        case "seccomp" -> seccomp = required(option, value);
        case "apparmor" -> apparmor = apparmor(required(option, value), host);
        case "systempaths" -> unconfined = "unconfined".equals(value);
        case "label" -> {
          if (!"disable".equals(value)) {
            throw EngineException.notImplemented(
                "security option %s: SELinux labels are not supported", option);
          }
        }
        default -> throw EngineException.invalid("invalid --security-opt 2: \"%s\"", option);
      }
    }
    return new SecurityOptions(noNewPrivileges, seccomp, apparmor, writableCgroups, unconfined);
  }

  private static String apparmor(String profile, HostFacts host) {
    if (!host.apparmor() && !profile.equals("unconfined") && !profile.isEmpty()) {
      throw EngineException.invalid(
          "AppArmor is not enabled on this host, so the profile \"%s\" cannot be applied", profile);
    }
    return profile;
  }

  private static String required(String option, @Nullable String value) {
    if (value == null) {
      throw EngineException.invalid("invalid --security-opt 1: \"%s\"", option);
    }
    return value;
  }

  /** Go's strconv.ParseBool. */
  private static boolean flag(String option, String value) {
    return switch (value) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> throw EngineException.invalid("invalid --security-opt 2: \"%s\"", option);
    };
  }
}
