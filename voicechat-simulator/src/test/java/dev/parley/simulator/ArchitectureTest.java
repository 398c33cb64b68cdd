package dev.parley.simulator;

import dev.parley.testkit.ArchitectureRules;

class ArchitectureTest extends ArchitectureRules {
  ArchitectureTest() {
    super("dev.parley.simulator", "config", "http");
  }
}
