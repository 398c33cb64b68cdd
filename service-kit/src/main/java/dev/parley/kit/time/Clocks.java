package dev.parley.kit.time;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;

/** Gives services their clock; tests give another. */
@ApplicationScoped
public class Clocks {
  @Produces
  @ApplicationScoped
  Clock system() {
    return Clock.systemUTC();
  }
}
