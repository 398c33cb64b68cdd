package dev.parley.agent.kafka;

import dev.parley.agent.cloud.QuotaShare;
import dev.parley.events.Topic;

/** What every room of one partition works with, beside what all rooms do. */
record PartitionTools(
    RoomTools tools,
    PartitionLease lease,
    CloudCalls calls,
    CommandFence fence,
    Departures departures,
    Presence presence,
    EndedTasks ended,
    Hearing hearing) {

  /** Nothing is known of the partition yet. */
  static PartitionTools of(
      RoomTools tools, PartitionLease lease, QuotaShare quota, Hearing hearing) {
    return new PartitionTools(
        tools,
        lease,
        new CloudCalls(tools, lease, quota),
        new CommandFence(),
        new Departures(),
        new Presence(),
        new EndedTasks(
            Math.ceilDiv(tools.settings().maxEnded(), Topic.PARTITIONS),
            // Commands expire, and clocks differ.
            tools.settings().commandTtl().multipliedBy(2),
            tools.settings().memory()),
        hearing);
  }
}
