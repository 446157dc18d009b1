package dev.priok.daemon;

/**
 * One reading of command line and configuration file.
 *
 * @param config what holds
 * @param values what was said, setting by setting
 */
record Configuration(DaemonConfig config, SettingValues values) {
  static Configuration read(CommandLineOptions line) {
    SettingValues values = SettingValues.read(line);
    return new Configuration(ReadConfig.of(values), values);
  }
}
