package dev.parley.agent.http;

import dev.parley.events.AgentTask;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Where a page of tasks ended: the newest request first, then by id. */
record Cursor(long requestedTimeMillis, String taskId) {
  static Cursor after(AgentTask task) {
    return new Cursor(task.requestedTimeMillis(), task.taskId().value());
  }

  static Cursor parse(String text) {
    try {
      String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
      int at = plain.indexOf(':');
      return new Cursor(Long.parseLong(plain.substring(0, at)), plain.substring(at + 1));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw Refusals.badQuery("cursor", "must be the next of a page before");
    }
  }

  String text() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((requestedTimeMillis + ":" + taskId).getBytes(StandardCharsets.UTF_8));
  }

  boolean precedes(AgentTask task) {
    int byTime = Long.compare(task.requestedTimeMillis(), requestedTimeMillis);
    return byTime < 0 || (byTime == 0 && task.taskId().value().compareTo(taskId) < 0);
  }
}
