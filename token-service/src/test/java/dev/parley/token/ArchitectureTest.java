package dev.parley.token;

import dev.parley.testkit.ArchitectureRules;

class ArchitectureTest extends ArchitectureRules {
  ArchitectureTest() {
    super("dev.parley.token", "config", "http", "kafka");
  }
}
