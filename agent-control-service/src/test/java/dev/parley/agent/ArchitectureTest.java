package dev.parley.agent;

import dev.parley.testkit.ArchitectureRules;

class ArchitectureTest extends ArchitectureRules {
  ArchitectureTest() {
    super("dev.parley.agent", "config", "http", "kafka", "cloud");
  }
}
