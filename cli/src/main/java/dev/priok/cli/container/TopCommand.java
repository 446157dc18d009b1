package dev.priok.cli.container;

import dev.priok.cli.Command;
import dev.priok.cli.Session;
import dev.priok.cli.format.Table;
import dev.priok.model.api.container.ContainerTopResponse;
import java.util.List;
import picocli.CommandLine;

/** {@code priok top}: display the running processes of a container. */
@CommandLine.Command(
    name = "top",
    customSynopsis = "priok top CONTAINER [ps OPTIONS]",
    description = "Display the running processes of a container")
public final class TopCommand extends Command {

  /** Takes its arguments. */
  public TopCommand() {
    super(1, ANY);
  }

  @Override
  public boolean optionsFirst() {
    return true;
  }

  @Override
  public int run(Session session) throws Exception {
    List<String> ps = arguments().subList(1, arguments().size());
    ContainerTopResponse top =
        session.client().containers().top(argument(0), ps.isEmpty() ? null : String.join(" ", ps));
    Table table = new Table(20);
    table.add(top.titles() == null ? List.of() : top.titles());
    if (top.processes() != null) {
      top.processes().forEach(table::add);
    }
    table.print(session.out());
    return 0;
  }
}
