package dev.parley.agent.kafka;

import dev.parley.agent.AgentControl;
import dev.parley.agent.cloud.CloudCaller;
import dev.parley.agent.reaper.Reaper;
import dev.parley.agent.scene.ToolWaiting;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;

/**
 * What every room works with.
 *
 * @param toolWaiting how long agents of a scene wait for tools; empty where they are not watched
 */
public record RoomTools(
    AgentControl control,
    Reaper reaper,
    CloudCaller caller,
    CloudRequests requests,
    Function<String, Optional<ToolWaiting>> toolWaiting,
    Journal journal,
    Clock clock,
    MeterRegistry metrics,
    WorkerSettings settings) {}
