/**
 * Java client library of the Engine API, for Priok and any other engine that speaks it.
 *
 * <p>Each kind of object has a room on {@link dev.priok.client.PriokClient}; each call of the API
 * is a method there and answers a record of {@code dev.priok.model.api}. A refusal of the engine is
 * an {@link dev.priok.client.ApiException} with its status and its sentence.
 *
 * <pre>{@code
 * try (PriokClient client = PriokClient.connect(Endpoint.fromEnvironment(System.getenv()))) {
 *   try (ProgressStream pull = client.images().pull("busybox", "latest", null, null)) {
 *     pull.await();
 *   }
 *   ContainerCreateResponse created =
 *       client.containers().create(
 *           "hello",
 *           null,
 *           ContainerCreateRequestBuilder.builder()
 *               .image("busybox")
 *               .cmd(List.of("echo", "hello"))
 *               .build());
 *   client.containers().start(created.id());
 *   long exitCode = client.containers().waitFor(created.id(), WaitCondition.NOT_RUNNING).statusCode();
 *   try (MultiplexedInput logs = client.containers().logs(created.id(), LogsQuery.everything(), false)) {
 *     logs.copyTo(System.out, System.err);
 *   }
 *   client.containers().remove(created.id(), false, false);
 * }
 * }</pre>
 */
@NullMarked
package dev.priok.client;

import org.jspecify.annotations.NullMarked;
