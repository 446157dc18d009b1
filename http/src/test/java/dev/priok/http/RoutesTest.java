package dev.priok.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.priok.http.ApiServer.ApiOptions;
import dev.priok.http.server.Endpoint;
import dev.priok.model.api.container.ContainerCreateRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Versions, statuses, sentences and parameters, asked with an ordinary HTTP client. */
// What is null here fails the test with it.
@SuppressWarnings("NullAway")
@Timeout(30)
class RoutesTest {
  private final EchoEngine engine = new EchoEngine();
  private final HttpClient http = HttpClient.newHttpClient();
  private ApiServer server;
  private int port;

  @BeforeEach
  void listen() throws Exception {
    server = new ApiServer(Rooms.engine(engine), ApiOptions.of("0.1.0"));
    port = server.listen(new Endpoint.Tcp("127.0.0.1", 0));
  }

  @AfterEach
  void close() {
    http.close();
    server.close();
  }

  private HttpRequest.Builder at(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> call(String method, String path) throws Exception {
    return send(at(path).method(method, BodyPublishers.noBody()));
  }

  private HttpResponse<String> create(String version, String json) throws Exception {
    return send(
        at(version + "/containers/create?name=web")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET|/v1.23/info|400|client version 1.23 is too old. Minimum supported API version is"
            + " 1.24, please upgrade your client to a newer version",
        "GET|/v1.99/info|400|client version 1.99 is too new. Maximum supported API version is 1.51",
        "GET|/nothing|404|page not found",
        "GET|/v1.40/nothing|404|page not found",
        "GET|/containers/create|404|page not found",
        "DELETE|/info|404|page not found",
        "GET|/containers/missing/json|404|No such container: missing",
        "GET|/containers/broken/json|500|something unexpected",
        "GET|/containers/a/logs|400|must specify at least one of 'stdout' or 'stderr'",
        "POST|/containers/a/wait?condition=x|400|invalid condition: \"x\"",
        "GET|/containers/a/archive|400|bad parameter: path cannot be empty",
        "GET|/containers/json?filters=x|400|*",
        "GET|/containers/json?limit=x|400|*",
        "POST|/containers/a/resize?h=x&w=1|400|invalid resize height \"x\": invalid syntax",
        "GET|/system/df?type=x|400|unknown object type: x",
        "POST|/build|501|*",
        "POST|/session|501|*",
        "GET|/swarm|503|This node is not a swarm manager. Use \"docker swarm init\" or \"docker"
            + " swarm join\" to connect this node to swarm and try again.",
        "GET|/services|503|*",
        "POST|/swarm/leave|503|This node is not part of a swarm",
        "GET|/plugins/x/json|404|plugin \"x\" not found",
        "POST|/images/create?fromImage=none|404|manifest unknown",
      })
  void refuses(String method, String path, int status, String message) throws Exception {
    HttpResponse<String> response = call(method, path);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    if (!message.equals("*")) {
      assertThat(response.body())
          .isEqualTo("{\"message\":\"" + message.replace("\"", "\\\"") + "\"}\n");
    } else {
      assertThat(response.body()).startsWith("{\"message\":\"");
    }
  }

  @Test
  void answersEveryVersionAndNone() throws Exception {
    for (String version : new String[] {"", "/v1.24", "/v1.39", "/v1.51"}) {
      HttpResponse<String> response = call("GET", version + "/containers/json?all=1");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).contains("\"Names\":[\"/web\"]").endsWith("\n");
    }
    assertThat(call("OPTIONS", "/v1.51/anything").statusCode()).isEqualTo(200);
    assertThat(call("GET", "/plugins").body()).isEqualTo("[]\n");
  }

  @Test
  void notModifiedHasNoBody() throws Exception {
    HttpResponse<String> response = call("POST", "/containers/a/start");
    assertThat(response.statusCode()).isEqualTo(304);
    assertThat(response.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{|invalid JSON: ",
        "''|invalid JSON: got EOF while reading request body",
        "nonsense|invalid JSON: ",
        "{\"Image\":5}|invalid JSON: cannot unmarshal field Image: a string is needed",
        "{\"Image\":\"a\"} x|*",
        "{\"Image\":\"a\"}{}|unexpected content after JSON",
        "{}|config cannot be empty in order to create a container",
        "{\"HostConfig\":{\"Memory\":\"5\"}}|invalid JSON: cannot unmarshal field"
            + " HostConfig.Memory: a number is needed",
      })
  void refusesBadJson(String json, String message) throws Exception {
    HttpResponse<String> response = create("", json);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .startsWith("{\"message\":\"" + (message.equals("*") ? "" : message));
    assertThat(engine.created).isNull();
  }

  @Test
  void refusesOtherContentTypes() throws Exception {
    HttpResponse<String> response =
        send(
            at("/containers/create")
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("{}")));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .contains("unsupported Content-Type header (text/plain): must be 'application/json'");
    assertThat(
            send(at("/containers/create")
                    .header("Content-Type", "application/json; charset=utf-8")
                    .POST(BodyPublishers.ofString("{\"Image\":\"a\"}")))
                .statusCode())
        .isEqualTo(201);
  }

  @Test
  void createRequestsOfOldVersionsBecomeNewOnes() throws Exception {
    HttpResponse<String> response =
        create(
            "/v1.39",
            "{\"Image\":\"a\",\"MacAddress\":\"02:42:ac:11:00:02\",\"HostConfig\":"
                + "{\"PidsLimit\":-1,\"PortBindings\":{\"80/tcp\":[]},\"ConsoleSize\":[1,2]}}");
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.body()).isEqualTo("{\"Id\":\"c0ffee\",\"Warnings\":[]}\n");
    ContainerCreateRequest created = engine.created;
    assertThat(created).isNotNull();
    assertThat(created.hostConfig().networkMode()).isEqualTo("default");
    assertThat(created.hostConfig().ipcMode()).isEqualTo("shareable");
    assertThat(created.hostConfig().cgroupnsMode()).isEqualTo("host");
    assertThat(created.hostConfig().pidsLimit()).isNull();
    assertThat(created.hostConfig().consoleSize()).isNull();
    assertThat(created.hostConfig().portBindings().get("80/tcp")).hasSize(1);
    assertThat(created.networkingConfig().endpointsConfig().get("default").macAddress())
        .isEqualTo("02:42:ac:11:00:02");
  }

  @Test
  void newerMembersAreRefusedInOlderVersions() throws Exception {
    String mount =
        "{\"Image\":\"a\",\"HostConfig\":{\"Mounts\":[{\"Type\":\"volume\",\"Target\":\"/x\","
            + "\"VolumeOptions\":{\"Subpath\":\"y\"}}]}}";
    assertThat(create("/v1.44", mount).body())
        .contains("VolumeOptions.Subpath needs API v1.45 or newer");
    assertThat(create("/v1.45", mount).statusCode()).isEqualTo(201);
  }

  @Test
  void pathStatTravelsInAHeader() throws Exception {
    HttpResponse<String> response = call("HEAD", "/containers/a/archive?path=%2Fetc");
    assertThat(response.statusCode()).isEqualTo(200);
    String stat = response.headers().firstValue("X-Docker-Container-Path-Stat").orElseThrow();
    assertThat(new String(Base64.getDecoder().decode(stat), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"name\":\"etc\",\"size\":4096,\"mode\":2147484141,"
                + "\"mtime\":\"2026-01-01T00:00:00Z\",\"linkTarget\":\"\"}");
    HttpResponse<String> tar = call("GET", "/containers/a/archive?path=/etc");
    assertThat(tar.body()).isEqualTo("tar");
    assertThat(tar.headers().firstValue("Content-Type")).hasValue("application/x-tar");
    assertThat(tar.headers().firstValue("X-Docker-Container-Path-Stat")).hasValue(stat);
    HttpResponse<String> zero = call("GET", "/containers/a/archive?path=/etc%00/passwd");
    assertThat(zero.statusCode()).isEqualTo(400);
    assertThat(zero.body()).contains("path holds a zero byte");
  }

  @Test
  void registryCredentialsAreRead() throws Exception {
    String auth =
        Base64.getUrlEncoder()
            .encodeToString(
                "{\"username\":\"u\",\"password\":\"~~~p??\"}".getBytes(StandardCharsets.UTF_8));
    HttpResponse<String> response =
        send(
            at("/images/create?fromImage=localhost:5000/a/b:1")
                .header("X-Registry-Auth", auth)
                .POST(BodyPublishers.noBody()));
    assertThat(response.body())
        .contains("\"status\":\"Pulling from localhost:5000/a/b\"")
        .contains("\"id\":\"1\"");
    assertThat(engine.auth).isNotNull();
    assertThat(engine.auth.password()).isEqualTo("~~~p??");
    send(
        at("/images/create?fromImage=a")
            .header("X-Registry-Auth", "!!")
            .POST(BodyPublishers.noBody()));
    assertThat(engine.auth).isNull();
  }

  @Test
  void aFailureAfterTheFirstMessageIsAMessage() throws Exception {
    HttpResponse<String> response = call("POST", "/images/create?fromImage=half&tag=1");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .endsWith(
            "{\"errorDetail\":{\"message\":\"unexpected EOF\"},\"error\":\"unexpected EOF\"}\n");
  }
}
