package dev.parley.events;

/** How carefully a field is to be handled downstream. */
public enum Sensitivity {
  /** Nothing about a person and nothing to hide. */
  NONE,
  /** Identifies a person or is what a person said; may have to be masked. */
  PERSONAL,
  /** Must never be in a topic; marks a field that a reader must not store. */
  SECRET
}
