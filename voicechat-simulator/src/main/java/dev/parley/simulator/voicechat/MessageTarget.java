package dev.parley.simulator.voicechat;

import java.net.URI;

/**
 * Where message callbacks go.
 *
 * @param signature the shared secret, sent along as it is
 */
public record MessageTarget(URI url, String signature) {

  @Override
  public String toString() {
    return "MessageTarget[url=" + url.getHost() + ", signature=****]";
  }
}
