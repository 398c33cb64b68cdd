package dev.parley.simulator.http;

/** A call to the simulator's own interface that cannot be carried out; the message mends it. */
final class AdminProblem extends RuntimeException {

  private static final long serialVersionUID = 1L;

  AdminProblem(String detail) {
    super(detail, null, false, false);
  }
}
