package dev.parley.room;

import dev.parley.testkit.ArchitectureRules;

class ArchitectureTest extends ArchitectureRules {
  ArchitectureTest() {
    super("dev.parley.room", "config", "http", "kafka", "push");
  }
}
