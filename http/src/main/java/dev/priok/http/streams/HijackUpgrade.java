package dev.priok.http.streams;

import dev.priok.engine.streams.ClientStream;
import dev.priok.engine.streams.Framing;
import dev.priok.engine.streams.StreamUpgrade;
import dev.priok.http.routing.Call;
import dev.priok.http.server.Headers;
import dev.priok.http.server.RawStream;
import java.io.IOException;

/** Attach and exec: the connection leaves HTTP and carries the container's streams. */
public final class HijackUpgrade implements StreamUpgrade {
  private final Call call;

  public HijackUpgrade(Call call) {
    this.call = call;
  }

  @Override
  public ClientStream open(Framing framing) throws IOException {
    Headers headers = call.headers();
    RawStream raw;
    // A client that does not ask for an upgrade still gets the hijacked connection, under a 200
    // whose type is always the raw one (Engine API, ContainerAttach, "Hijacking").
    if (call.header("Upgrade") != null) {
      headers
          .set("Content-Type", StreamTypes.of(framing, call.version()))
          .set("Connection", "Upgrade")
          .set("Upgrade", "tcp");
      raw = call.exchange().hijack(101, "UPGRADED", headers);
    } else {
      headers.set("Content-Type", StreamTypes.RAW);
      raw = call.exchange().hijack(200, "OK", headers);
    }
    return new HijackedStream(raw, framing);
  }
}
