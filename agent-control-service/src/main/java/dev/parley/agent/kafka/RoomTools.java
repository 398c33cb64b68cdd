package dev.parley.agent.kafka;

import dev.parley.agent.AgentControl;
import dev.parley.agent.cloud.CloudCaller;
import dev.parley.agent.reaper.Reaper;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;

/** What every room works with. */
public record RoomTools(
    AgentControl control,
    Reaper reaper,
    CloudCaller caller,
    CloudRequests requests,
    Journal journal,
    Clock clock,
    MeterRegistry metrics,
    WorkerSettings settings) {}
