package dev.priok.kernel.netlink;

import static dev.priok.kernel.netlink.NetlinkRequest.be32;
import static dev.priok.kernel.netlink.NetlinkRequest.native32;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The expressions of one rule, in the order in which the kernel's nf_tables machine runs them. Each
 * loads something into a register, compares, or decides; the first comparison that fails ends the
 * rule.
 *
 * <p>Registers are 16 words of four bytes; {@code word(0)} is the first. A concatenated key is put
 * together by loading its fields into neighbouring words, each field padded to whole words.
 *
 * <p>Example, {@code iifname . oifname @pairs accept}: {@code new
 * NftExpressions().inputName(0).outputName(4).lookup("pairs", 0).accept()}.
 */
public final class NftExpressions {
  /** Connection state bits of {@code ct state}: established is 2, related 4. */
  public static final int ESTABLISHED_OR_RELATED = 2 | 4;

  /** The bit of {@code ct status} that says: the destination was translated. */
  public static final int STATUS_DNAT = 0x20;

  static final int INTERFACE_NAME = 16;

  private static final int REG32_00 = 8;
  private static final int CMP_EQ = 0;
  private static final int CMP_NEQ = 1;
  private static final int NETWORK_HEADER = 1;
  private static final int TRANSPORT_HEADER = 2;

  private record Expression(String name, Consumer<NetlinkRequest> data) {}

  private final List<Expression> expressions = new ArrayList<>();

  public NftExpressions inputName(int word) {
    return meta(6, word);
  }

  public NftExpressions outputName(int word) {
    return meta(7, word);
  }

  /** Protocol above IP: 6 TCP, 17 UDP, 132 SCTP. */
  public NftExpressions protocol(int word) {
    return meta(16, word);
  }

  public NftExpressions source(int word) {
    return payload(NETWORK_HEADER, 12, 4, word);
  }

  public NftExpressions destination(int word) {
    return payload(NETWORK_HEADER, 16, 4, word);
  }

  /** TCP, UDP and SCTP have the destination port at the same place. */
  public NftExpressions destinationPort(int word) {
    return payload(TRANSPORT_HEADER, 2, 2, word);
  }

  /** Goes on where the destination address is one of this host's own. */
  public NftExpressions destinationIsLocal() {
    int localType = 2;
    add("fib", d -> d.attrBe32(1, REG32_00).attrBe32(2, 3).attrBe32(3, 2));
    return equal(0, native32(localType));
  }

  /** Goes on where the packet's source ({@code 127/8}) is loopback. */
  public NftExpressions sourceIsLoopback() {
    payload(NETWORK_HEADER, 12, 1, 0);
    return equal(0, new byte[] {127});
  }

  public NftExpressions destinationIsLoopback() {
    payload(NETWORK_HEADER, 16, 1, 0);
    return equal(0, new byte[] {127});
  }

  public NftExpressions inputIsNot(String name) {
    inputName(0);
    return compare(CMP_NEQ, 0, interfaceName(name));
  }

  public NftExpressions connectionState(int bits) {
    return connection(0, bits);
  }

  public NftExpressions connectionStatus(int bits) {
    return connection(2, bits);
  }

  private NftExpressions connection(int key, int bits) {
    add("ct", d -> d.attrBe32(1, REG32_00).attrBe32(2, key));
    add(
        "bitwise",
        d ->
            d.attrBe32(1, REG32_00)
                .attrBe32(2, REG32_00)
                .attrBe32(3, 4)
                .nest(4, m -> m.attr(1, native32(bits)))
                .nest(5, x -> x.attr(1, native32(0))));
    return compare(CMP_NEQ, 0, native32(0));
  }

  public NftExpressions equal(int word, byte[] value) {
    return compare(CMP_EQ, word, value);
  }

  private NftExpressions compare(int operation, int word, byte[] value) {
    return add(
        "cmp",
        d -> d.attrBe32(1, REG32_00 + word).attrBe32(2, operation).nest(3, v -> v.attr(1, value)));
  }

  /** Goes on where the key that starts at {@code word} is in the set. */
  public NftExpressions lookup(String set, int word) {
    return add("lookup", d -> d.attrString(1, set).attrBe32(2, REG32_00 + word));
  }

  public NftExpressions lookupNot(String set, int word) {
    return add("lookup", d -> d.attrString(1, set).attrBe32(2, REG32_00 + word).attrBe32(5, 1));
  }

  /** Goes on where the map knows the key; its value goes into the words from {@code target}. */
  public NftExpressions map(String map, int word, int target) {
    return add(
        "lookup",
        d -> d.attrString(1, map).attrBe32(2, REG32_00 + word).attrBe32(3, REG32_00 + target));
  }

  /** Translates the destination to the address and the port that two registers hold. */
  public NftExpressions dnat(int addressWord, int portWord) {
    return add(
        "nat",
        d ->
            d.attrBe32(1, 1)
                .attrBe32(2, 2)
                .attrBe32(3, REG32_00 + addressWord)
                .attrBe32(5, REG32_00 + portWord));
  }

  /** Puts a constant into a register. */
  public NftExpressions load(int word, byte[] value) {
    return add("immediate", d -> d.attrBe32(1, REG32_00 + word).nest(2, v -> v.attr(1, value)));
  }

  public NftExpressions masquerade() {
    return add("masq", d -> {});
  }

  public NftExpressions accept() {
    return verdict(1, "");
  }

  public NftExpressions drop() {
    return verdict(0, "");
  }

  public NftExpressions returnToCaller() {
    return verdict(-5, "");
  }

  public NftExpressions jump(String chain) {
    return verdict(-3, chain);
  }

  private NftExpressions verdict(int code, String chain) {
    return add(
        "immediate",
        d ->
            d.attrBe32(1, 0)
                .nest(
                    2,
                    v ->
                        v.nest(
                            2,
                            w -> {
                              w.attrBe32(1, code);
                              if (!chain.isEmpty()) {
                                w.attrString(2, chain);
                              }
                            })));
  }

  private NftExpressions meta(int key, int word) {
    return add("meta", d -> d.attrBe32(1, REG32_00 + word).attrBe32(2, key));
  }

  private NftExpressions payload(int base, int offset, int length, int word) {
    return add(
        "payload",
        d ->
            d.attrBe32(1, REG32_00 + word)
                .attrBe32(2, base)
                .attrBe32(3, offset)
                .attrBe32(4, length));
  }

  private NftExpressions add(String name, Consumer<NetlinkRequest> data) {
    expressions.add(new Expression(name, data));
    return this;
  }

  /** As sets and registers hold interface names: 16 bytes, zeros behind. */
  public static byte[] interfaceName(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length >= INTERFACE_NAME) {
      throw new IllegalArgumentException("an interface name has at most 15 bytes: " + name);
    }
    return Arrays.copyOf(bytes, INTERFACE_NAME);
  }

  /** Fields of a concatenation one after the other, each padded to whole words. */
  public static byte[] concat(byte[]... fields) {
    byte[] result = new byte[0];
    for (byte[] field : fields) {
      int at = result.length;
      result = Arrays.copyOf(result, at + ((field.length + 3) & ~3));
      System.arraycopy(field, 0, result, at, field.length);
    }
    return result;
  }

  public static byte[] address(int address) {
    return be32(address);
  }

  public static byte[] port(int port) {
    return new byte[] {(byte) (port >> 8), (byte) port};
  }

  void writeTo(NetlinkRequest request) {
    for (Expression e : expressions) {
      request.nest(1, one -> one.attrString(1, e.name()).nest(2, data -> e.data().accept(data)));
    }
  }
}
