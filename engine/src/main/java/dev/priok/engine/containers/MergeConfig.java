package dev.priok.engine.containers;

import dev.priok.model.api.container.ContainerConfig;
import dev.priok.model.api.container.ContainerConfigBuilder;
import dev.priok.model.api.container.HealthConfig;
import dev.priok.model.api.image.ImageConfig;
import dev.priok.model.api.image.ImageConfigBuilder;
import dev.priok.model.error.EngineException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Completes what the user asked for with what the image says. The user's word comes first. */
final class MergeConfig {
  private static final ImageConfig NOTHING = ImageConfigBuilder.builder().build();

  private MergeConfig() {}

  /** An image without a configuration (an imported root file system, say) adds nothing. */
  static ContainerConfig merge(
      ContainerConfig user, @Nullable ImageConfig imageConfig, String hostname) {
    ImageConfig image = imageConfig == null ? NOTHING : imageConfig;
    List<String> entrypoint = user.entrypoint();
    List<String> cmd = user.cmd();
    if (isEmpty(entrypoint)) {
      // An entrypoint of one empty string clears the image's (docker run --entrypoint "").
      if (isEmpty(cmd)) {
        cmd = image.cmd();
      }
      if (entrypoint == null) {
        entrypoint = image.entrypoint();
      }
    }
    if (entrypoint != null && entrypoint.equals(List.of(""))) {
      entrypoint = null;
    }
    if (isEmpty(entrypoint) && isEmpty(cmd)) {
      throw EngineException.invalid("no command specified");
    }
    return ContainerConfigBuilder.builder(user)
        .hostname(text(user.hostname(), hostname))
        .domainname(text(user.domainname(), ""))
        .user(text(user.user(), text(image.user(), "")))
        .attachStdin(Boolean.TRUE.equals(user.attachStdin()))
        .attachStdout(Boolean.TRUE.equals(user.attachStdout()))
        .attachStderr(Boolean.TRUE.equals(user.attachStderr()))
        .tty(Boolean.TRUE.equals(user.tty()))
        .openStdin(Boolean.TRUE.equals(user.openStdin()))
        .stdinOnce(Boolean.TRUE.equals(user.stdinOnce()))
        .env(environment(user.env(), image.env()))
        .cmd(isEmpty(cmd) ? null : cmd)
        .entrypoint(isEmpty(entrypoint) ? null : entrypoint)
        .workingDir(clean(text(user.workingDir(), text(image.workingDir(), ""))))
        .exposedPorts(union(image.exposedPorts(), user.exposedPorts()))
        .volumes(union(image.volumes(), user.volumes()))
        .labels(labels(image.labels(), user.labels()))
        .stopSignal(user.stopSignal() == null ? image.stopSignal() : user.stopSignal())
        .shell(user.shell() == null ? image.shell() : user.shell())
        .healthcheck(healthcheck(user.healthcheck(), image.healthcheck()))
        .build();
  }

  private static String clean(String directory) {
    return directory.startsWith("/") ? Path.of(directory).normalize().toString() : directory;
  }

  /** What the user does not say of a check is the image's, field by field. */
  private static @Nullable HealthConfig healthcheck(
      @Nullable HealthConfig user, @Nullable HealthConfig image) {
    if (user == null || image == null) {
      return user == null ? image : user;
    }
    return new HealthConfig(
        isEmpty(user.test()) ? image.test() : user.test(),
        isZero(user.interval()) ? image.interval() : user.interval(),
        isZero(user.timeout()) ? image.timeout() : user.timeout(),
        user.retries() == null || user.retries() == 0 ? image.retries() : user.retries(),
        isZero(user.startPeriod()) ? image.startPeriod() : user.startPeriod(),
        isZero(user.startInterval()) ? image.startInterval() : user.startInterval());
  }

  private static boolean isZero(@Nullable Long value) {
    return value == null || value == 0;
  }

  private static boolean isEmpty(@Nullable List<String> list) {
    return list == null || list.isEmpty();
  }

  private static String text(@Nullable String first, String otherwise) {
    return first == null || first.isEmpty() ? otherwise : first;
  }

  /** The image's variables that the user did not set come after the user's, as Docker has them. */
  private static List<String> environment(
      @Nullable List<String> user, @Nullable List<String> image) {
    List<String> result = new ArrayList<>(user == null ? List.of() : user);
    for (String variable : image == null ? List.<String>of() : image) {
      String name = name(variable);
      if (result.stream().noneMatch(v -> name(v).equals(name))) {
        result.add(variable);
      }
    }
    return List.copyOf(result);
  }

  private static String name(String variable) {
    int equals = variable.indexOf('=');
    return equals < 0 ? variable : variable.substring(0, equals);
  }

  private static @Nullable Map<String, Map<String, Object>> union(
      @Nullable Map<String, Map<String, Object>> image,
      @Nullable Map<String, Map<String, Object>> user) {
    if (image == null || image.isEmpty()) {
      return user == null || user.isEmpty() ? null : user;
    }
    Map<String, Map<String, Object>> result = new LinkedHashMap<>(image);
    if (user != null) {
      result.putAll(user);
    }
    return result;
  }

  private static Map<String, String> labels(
      @Nullable Map<String, String> image, @Nullable Map<String, String> user) {
    Map<String, String> result = new LinkedHashMap<>(image == null ? Map.of() : image);
    if (user != null) {
      result.putAll(user);
    }
    return result;
  }
}
