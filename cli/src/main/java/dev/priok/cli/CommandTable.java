package dev.priok.cli;

import dev.priok.cli.certs.CertsCommand;
import dev.priok.cli.certs.ClientCommand;
import dev.priok.cli.certs.RotateCommand;
import dev.priok.cli.certs.ShowCommand;
import dev.priok.cli.container.AttachCommand;
import dev.priok.cli.container.CopyCommand;
import dev.priok.cli.container.DiffCommand;
import dev.priok.cli.container.ExecCommand;
import dev.priok.cli.container.ExportCommand;
import dev.priok.cli.container.KillCommand;
import dev.priok.cli.container.LogsCommand;
import dev.priok.cli.container.PauseCommand;
import dev.priok.cli.container.PortCommand;
import dev.priok.cli.container.RenameCommand;
import dev.priok.cli.container.RestartCommand;
import dev.priok.cli.container.RunCommand;
import dev.priok.cli.container.StartCommand;
import dev.priok.cli.container.StopCommand;
import dev.priok.cli.container.TopCommand;
import dev.priok.cli.container.UnpauseCommand;
import dev.priok.cli.container.WaitCommand;
import dev.priok.cli.image.HistoryCommand;
import dev.priok.cli.image.ImportCommand;
import dev.priok.cli.image.LoadCommand;
import dev.priok.cli.image.PullCommand;
import dev.priok.cli.image.SaveCommand;
import dev.priok.cli.image.TagCommand;
import dev.priok.cli.network.ConnectCommand;
import dev.priok.cli.network.DisconnectCommand;
import dev.priok.cli.system.DialStdioCommand;
import dev.priok.cli.system.EventsCommand;
import dev.priok.cli.system.InfoCommand;
import dev.priok.cli.system.InspectCommand;
import dev.priok.cli.system.VersionCommand;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the command that words name and makes only that one, so that little is loaded. */
final class CommandTable {
  private static final Map<String, List<String>> NOUNS =
      Map.of(
          "container",
          List.of(
              "attach", "cp", "create", "diff", "exec", "export", "inspect", "kill", "logs", "ls",
              "pause", "port", "prune", "rename", "restart", "rm", "run", "start", "stop", "top",
              "unpause", "wait"),
          "image",
          List.of(
              "history", "import", "inspect", "load", "ls", "prune", "pull", "rm", "save", "tag"),
          "volume",
          List.of("create", "inspect", "ls", "prune", "rm"),
          "network",
          List.of("connect", "create", "disconnect", "inspect", "ls", "prune", "rm"),
          "checkpoint",
          List.of("create", "ls", "rm"),
          "system",
          List.of("dial-stdio", "events", "info"));

  /** Verbs of a noun that is a command by itself. */
  private static final List<String> CERTS = List.of("client", "rotate", "show");

  int run(List<String> words, Session session) throws Exception {
    String first = words.getFirst();
    List<String> verbs = NOUNS.get(first);
    if (first.equals("certs") && words.size() > 1 && CERTS.contains(words.get(1))) {
      String name = "certs " + words.get(1);
      Command command =
          switch (words.get(1)) {
            case "client" -> new ClientCommand();
            case "rotate" -> new RotateCommand();
            default -> new ShowCommand();
          };
      return new CommandRunner(name, command).run(words.subList(2, words.size()), session);
    }
    if (verbs == null) {
      Command command = find(first);
      if (command == null) {
        throw CliException.failure(
            "priok: unknown command: priok "
                + first
                + "\n\nRun 'priok --help' for more information");
      }
      return new CommandRunner(first, command).run(words.subList(1, words.size()), session);
    }
    if (words.size() < 2 || words.get(1).equals("--help")) {
      session.out().println("Usage:  priok " + first + " COMMAND\n\nCommands:");
      verbs.forEach(verb -> session.out().println("  " + verb));
      session.out().println("\nRun 'priok " + first + " COMMAND --help' for more information.");
      return 0;
    }
    String name = first + " " + words.get(1);
    Command command = findUnder(first, words.get(1));
    if (command == null) {
      throw CliException.failure(
          "priok: unknown command: priok "
              + name
              + "\n\nRun 'priok "
              + first
              + " --help' for more information");
    }
    return new CommandRunner(name, command).run(words.subList(2, words.size()), session);
  }

  private static @Nullable Command findUnder(String noun, String verb) {
    return switch (noun) {
      case "container" ->
          switch (verb) {
            case "ls", "list", "ps" -> new dev.priok.cli.container.ListCommand();
            case "rm", "remove" -> new dev.priok.cli.container.RemoveCommand();
            case "inspect" -> new dev.priok.cli.container.InspectCommand();
            case "prune" -> new dev.priok.cli.container.PruneCommand();
            default -> NOUNS.getOrDefault(noun, List.of()).contains(verb) ? find(verb) : null;
          };
      case "image" ->
          switch (verb) {
            case "ls", "list" -> new dev.priok.cli.image.ListCommand();
            case "rm", "remove" -> new dev.priok.cli.image.RemoveCommand();
            case "inspect" -> new dev.priok.cli.image.InspectCommand();
            case "prune" -> new dev.priok.cli.image.PruneCommand();
            default -> NOUNS.getOrDefault(noun, List.of()).contains(verb) ? find(verb) : null;
          };
      case "volume" ->
          switch (verb) {
            case "create" -> new dev.priok.cli.volume.CreateCommand();
            case "inspect" -> new dev.priok.cli.volume.InspectCommand();
            case "ls", "list" -> new dev.priok.cli.volume.ListCommand();
            case "prune" -> new dev.priok.cli.volume.PruneCommand();
            case "rm", "remove" -> new dev.priok.cli.volume.RemoveCommand();
            default -> null;
          };
      case "checkpoint" ->
          switch (verb) {
            case "create" -> new dev.priok.cli.checkpoint.CreateCommand();
            case "ls", "list" -> new dev.priok.cli.checkpoint.ListCommand();
            case "rm", "remove" -> new dev.priok.cli.checkpoint.RemoveCommand();
            default -> null;
          };
      case "network" ->
          switch (verb) {
            case "connect" -> new ConnectCommand();
            case "create" -> new dev.priok.cli.network.CreateCommand();
            case "disconnect" -> new DisconnectCommand();
            case "inspect" -> new dev.priok.cli.network.InspectCommand();
            case "ls", "list" -> new dev.priok.cli.network.ListCommand();
            case "prune" -> new dev.priok.cli.network.PruneCommand();
            case "rm", "remove" -> new dev.priok.cli.network.RemoveCommand();
            default -> null;
          };
      case "system" ->
          switch (verb) {
            case "dial-stdio" -> new DialStdioCommand();
            case "events", "info" -> find(verb);
            default -> null;
          };
      default -> null;
    };
  }

  private static @Nullable Command find(String verb) {
    return switch (verb) {
      case "attach" -> new AttachCommand();
      case "certs" -> new CertsCommand();
      case "cp" -> new CopyCommand();
      case "create" -> new dev.priok.cli.container.CreateCommand();
      case "diff" -> new DiffCommand();
      case "events" -> new EventsCommand();
      case "exec" -> new ExecCommand();
      case "export" -> new ExportCommand();
      case "history" -> new HistoryCommand();
      case "images" -> new dev.priok.cli.image.ListCommand();
      case "import" -> new ImportCommand();
      case "info" -> new InfoCommand();
      case "inspect" -> new InspectCommand();
      case "kill" -> new KillCommand();
      case "load" -> new LoadCommand();
      case "logs" -> new LogsCommand();
      case "pause" -> new PauseCommand();
      case "port" -> new PortCommand();
      case "ps" -> new dev.priok.cli.container.ListCommand();
      case "pull" -> new PullCommand();
      case "rename" -> new RenameCommand();
      case "restart" -> new RestartCommand();
      case "rm" -> new dev.priok.cli.container.RemoveCommand();
      case "rmi" -> new dev.priok.cli.image.RemoveCommand();
      case "run" -> new RunCommand();
      case "save" -> new SaveCommand();
      case "start" -> new StartCommand();
      case "stop" -> new StopCommand();
      case "tag" -> new TagCommand();
      case "top" -> new TopCommand();
      case "unpause" -> new UnpauseCommand();
      case "version" -> new VersionCommand();
      case "wait" -> new WaitCommand();
      default -> null;
    };
  }
}
