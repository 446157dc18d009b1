package dev.priok.cli.container;

import dev.priok.cli.CliException;
import dev.priok.model.api.container.Mount;
import dev.priok.model.api.container.MountBindOptions;
import dev.priok.model.api.container.MountImageOptions;
import dev.priok.model.api.container.MountTmpfsOptions;
import dev.priok.model.api.container.MountVolumeOptions;
import dev.priok.model.api.container.MountVolumeOptionsDriverConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Values of {@code --mount}: {@code type=bind,source=/a,target=/b,readonly}. */
final class MountSpecs {
  private static final Set<String> REPEATED = Set.of("volume-opt", "volume-label");
  private static final Set<String> KNOWN =
      Set.of(
          "type",
          "source",
          "target",
          "readonly",
          "consistency",
          "bind-propagation",
          "bind-nonrecursive",
          "bind-recursive",
          "bind-create-src",
          "volume-nocopy",
          "volume-driver",
          "volume-subpath",
          "tmpfs-size",
          "tmpfs-mode",
          "image-subpath");

  private final String text;
  private final Map<String, String> fields = new LinkedHashMap<>();
  private final Map<String, String> options = new LinkedHashMap<>();
  private final Map<String, String> labels = new LinkedHashMap<>();

  private MountSpecs(String text) {
    this.text = text;
  }

  static Mount parse(String text) {
    MountSpecs specs = new MountSpecs(text);
    specs.read();
    return specs.mount();
  }

  private void read() {
    for (String field : Fields.split(text)) {
      int equals = field.indexOf('=');
      String written = (equals < 0 ? field : field.substring(0, equals)).strip();
      String name = canonical(written.toLowerCase(Locale.ROOT));
      String value = equals < 0 ? "" : field.substring(equals + 1);
      if (REPEATED.contains(name)) {
        int separator = value.indexOf('=');
        (name.equals("volume-opt") ? options : labels)
            .put(
                separator < 0 ? value : value.substring(0, separator),
                separator < 0 ? "" : value.substring(separator + 1));
        continue;
      }
      if (!KNOWN.contains(name)) {
        throw bad("unexpected key '" + written + "' in '" + field + "'");
      }
      boolean isSwitch =
          Set.of("readonly", "bind-nonrecursive", "volume-nocopy", "bind-create-src")
              .contains(name);
      if (equals < 0 && !isSwitch) {
        throw bad("invalid field '" + field + "' must be a key=value pair");
      }
      fields.put(name, equals < 0 ? "true" : value);
    }
  }

  private static String canonical(String name) {
    return switch (name) {
      case "src" -> "source";
      case "dst", "destination" -> "target";
      case "ro" -> "readonly";
      default -> name;
    };
  }

  private Mount mount() {
    String type = fields.getOrDefault("type", "volume");
    if (!List.of("bind", "volume", "tmpfs", "image", "npipe", "cluster").contains(type)) {
      throw bad("invalid mount type: " + type);
    }
    if (!fields.containsKey("target")) {
      throw bad("target is required");
    }
    for (String name : fields.keySet()) {
      int dash = name.indexOf('-');
      if (dash > 0 && !name.substring(0, dash).equals(type)) {
        throw bad(
            "cannot mix '"
                + name.substring(0, dash)
                + "-*' options with mount type '"
                + type
                + "'");
      }
    }
    if (!type.equals("volume") && !(options.isEmpty() && labels.isEmpty())) {
      throw bad("cannot mix 'volume-*' options with mount type '" + type + "'");
    }
    String source = fields.get("source");
    if (type.equals("bind") && source != null && source.startsWith(".")) {
      source = Path.of(source).toAbsolutePath().normalize().toString();
    }
    return new Mount(
        fields.get("target"),
        source,
        type,
        flag("readonly"),
        fields.get("consistency"),
        type.equals("bind") ? bind() : null,
        type.equals("volume") ? volume() : null,
        fields.containsKey("image-subpath")
            ? new MountImageOptions(fields.get("image-subpath"))
            : null,
        type.equals("tmpfs") ? tmpfs() : null);
  }

  private @Nullable MountBindOptions bind() {
    String recursive = fields.get("bind-recursive");
    String propagation = fields.get("bind-propagation");
    Boolean create = flag("bind-create-src");
    Boolean nonRecursive = flag("bind-nonrecursive");
    Boolean readOnlyNonRecursive = null;
    Boolean readOnlyForced = null;
    if (recursive != null) {
      switch (recursive) {
        case "enabled" -> nonRecursive = null;
        case "disabled" -> nonRecursive = true;
        case "writable" -> readOnlyNonRecursive = true;
        case "readonly" -> readOnlyForced = true;
        default -> throw bad("invalid value for bind-recursive: " + recursive);
      }
    }
    if (propagation == null && recursive == null && create == null && nonRecursive == null) {
      return null;
    }
    return new MountBindOptions(
        propagation, nonRecursive, create, readOnlyNonRecursive, readOnlyForced);
  }

  private @Nullable MountVolumeOptions volume() {
    String driver = fields.get("volume-driver");
    Boolean noCopy = flag("volume-nocopy");
    String subpath = fields.get("volume-subpath");
    if (driver == null
        && noCopy == null
        && subpath == null
        && options.isEmpty()
        && labels.isEmpty()) {
      return null;
    }
    return new MountVolumeOptions(
        noCopy,
        labels.isEmpty() ? null : labels,
        driver == null && options.isEmpty()
            ? null
            : new MountVolumeOptionsDriverConfig(driver, options.isEmpty() ? null : options),
        subpath);
  }

  private @Nullable MountTmpfsOptions tmpfs() {
    Long size = ByteSizes.parse(fields.get("tmpfs-size"), "--mount");
    String mode = fields.get("tmpfs-mode");
    try {
      Integer bits = mode == null ? null : Integer.valueOf(Integer.parseInt(mode, 8));
      return size == null && bits == null ? null : new MountTmpfsOptions(size, bits, null);
    } catch (NumberFormatException e) {
      throw bad("invalid value for tmpfs-mode: " + mode);
    }
  }

  private @Nullable Boolean flag(String name) {
    String value = fields.get(name);
    if (value == null) {
      return null;
    }
    return switch (value) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw bad("invalid value for " + name + ": " + value);
    };
  }

  private CliException bad(String reason) {
    return CliException.badOption(text, "--mount", reason);
  }
}
