package dev.parley.stack.process;

import dev.parley.stack.StackException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The ports of the local stack, all counted from one base.
 *
 * @param base first port, 1024 to 65000
 */
public record Ports(int base) {
  /** Used unless another base is asked for. */
  public static final int DEFAULT_BASE = 7480;

  private static final int LOWEST = 1024;
  private static final int HIGHEST = 65_000;
  private static final int SPAN = 13;
  private static final int OUT_OF_THE_WAY = 1000;

  public Ports {
    if (base < LOWEST || base > HIGHEST) {
      throw new IllegalArgumentException(
          "the port base must be " + LOWEST + " to " + HIGHEST + ", is " + base);
    }
  }

  /** The development identity provider. */
  public int issuer() {
    return base;
  }

  public int tokenService() {
    return base + 1;
  }

  public int agentControl() {
    return base + 2;
  }

  public int roomGateway() {
    return base + 3;
  }

  public int simulator() {
    return base + 4;
  }

  /** The service that does nothing; only benchmarks start it. */
  public int bareService() {
    return base + 7;
  }

  /** A further agent-control-service; only benchmarks start them: 1 to 3. */
  public int anotherAgentControl(int number) {
    if (number < 1 || number > 3) {
      throw new IllegalArgumentException("there are 1 to 3 further ones, not " + number);
    }
    return base + 7 + number;
  }

  /** A second room-gateway; only chaos starts it. */
  public int anotherRoomGateway() {
    return base + 11;
  }

  public int kafka() {
    return base + 12;
  }

  /** Every port with the name of what listens on it. */
  public Map<String, Integer> all() {
    Map<String, Integer> all = new LinkedHashMap<>();
    all.put("development issuer", issuer());
    all.put("token-service", tokenService());
    all.put("agent-control-service", agentControl());
    all.put("room-gateway", roomGateway());
    all.put("voicechat-simulator", simulator());
    all.put("kafka", kafka());
    return all;
  }

  /** Those of {@link #all()} on which somebody else listens. */
  public Map<String, Integer> taken() {
    Map<String, Integer> taken = new LinkedHashMap<>();
    all()
        .forEach(
            (name, port) -> {
              if (!free(port)) {
                taken.put(name, port);
              }
            });
    return taken;
  }

  /**
   * This base if all its ports are free, else the next that has them free; after the highest comes
   * the default one.
   *
   * @throws StackException when there is none
   */
  public Ports orNextFree() {
    return IntStream.concat(upwardsFrom(base), upwardsFrom(DEFAULT_BASE))
        .mapToObj(Ports::new)
        .filter(ports -> ports.taken().isEmpty())
        .findFirst()
        .orElseThrow(
            () -> new StackException("no " + SPAN + " free ports in a row from " + base + " up"));
  }

  private static IntStream upwardsFrom(int first) {
    return IntStream.iterate(first, base -> base <= HIGHEST, base -> base + 2 * SPAN);
  }

  /** Free ports to offer to somebody whose choice is taken. */
  Ports offer() {
    int apart = base + OUT_OF_THE_WAY;
    return new Ports(apart <= HIGHEST ? apart : DEFAULT_BASE).orNextFree();
  }

  private static boolean free(int port) {
    return canBind(new InetSocketAddress(port))
        && canBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  private static boolean canBind(InetSocketAddress address) {
    try (ServerSocket socket = new ServerSocket()) {
      // A port that a stopped service left in TIME_WAIT is free for us.
      socket.setReuseAddress(true);
      socket.bind(address);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
