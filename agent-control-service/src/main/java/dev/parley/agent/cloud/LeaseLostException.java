package dev.parley.agent.cloud;

/** The partition belongs to another worker now; what was under way is that one's to do. */
public final class LeaseLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LeaseLostException() {
    super("the partition is not owned any more", null, false, false);
  }
}
