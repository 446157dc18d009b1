package dev.priok.cli.certs;

import picocli.CommandLine.Option;

/** A command that makes certificates. */
abstract class IssuingCommand extends FolderCommand {
  @Option(
      names = "--days",
      paramLabel = "int",
      description = "How long certificates are valid; an authority is for ten years.")
  int days = Validity.USUAL_DAYS;

  IssuingCommand(int fewest, int most) {
    super(fewest, most);
  }

  final Validity validity() {
    return Validity.ofDays(days);
  }
}
