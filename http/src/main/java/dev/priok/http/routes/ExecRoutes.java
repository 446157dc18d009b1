package dev.priok.http.routes;

import dev.priok.engine.exec.Execs;
import dev.priok.http.routing.Call;
import dev.priok.http.routing.Query;
import dev.priok.http.routing.RouteTable;
import dev.priok.http.streams.HijackUpgrade;
import dev.priok.model.api.exec.ExecConfig;
import dev.priok.model.api.exec.ExecConfigBuilder;
import dev.priok.model.api.exec.ExecStartConfig;
import dev.priok.model.error.EngineException;
import java.util.List;

/** {@code /exec}, and its creation below {@code /containers}. */
public final class ExecRoutes implements RouteTable.Group {
  private final Execs execs;

  public ExecRoutes(Execs execs) {
    this.execs = execs;
  }

  @Override
  public void addTo(RouteTable table) {
    table
        .post("/containers/{}/exec", this::create)
        .post("/exec/{}/start", this::start)
        .post("/exec/{}/resize", this::resize)
        .getAtOnce("/exec/{}/json", c -> c.ok(execs.inspect(c.name())));
  }

  private void create(Call call) throws Exception {
    ExecConfig config = call.json(ExecConfig.class, ExecConfigBuilder.builder().build());
    List<String> command = config.cmd();
    if (command == null || command.isEmpty()) {
      throw EngineException.invalid("No exec command specified");
    }
    if (call.version().before(42)) {
      config = ExecConfigBuilder.builder(config).consoleSize(null).build();
    }
    call.reply(201, execs.create(call.name(), config));
  }

  private void start(Call call) throws Exception {
    ExecStartConfig config =
        call.json(ExecStartConfig.class, new ExecStartConfig(null, null, null));
    boolean terminal = Boolean.TRUE.equals(config.tty());
    if (call.version().before(42) || !terminal) {
      config = new ExecStartConfig(config.detach(), config.tty(), null);
    }
    execs.start(call.name(), config, new HijackUpgrade(call));
    if (!call.exchange().committed()) {
      call.empty(200);
    }
  }

  private void resize(Call call) throws Exception {
    Query query = call.query();
    execs.resize(call.name(), query.size("h", "height"), query.size("w", "width"));
    call.empty(200);
  }
}
